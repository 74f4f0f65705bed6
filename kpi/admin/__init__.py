"""Types, calendars, the ledger and its changes in Django admin.

What scores are made of is edited, scores themselves are read, and what reaches back in time is previewed first.
"""

from kpi.admin import calendars, changes, countries, ledger, locks, mapping, types, versions

__all__ = ["calendars", "changes", "countries", "ledger", "locks", "mapping", "types", "versions"]
