"""People, places, client companies and the site's settings in Django admin."""

from accounts.admin import clients, people, places, settings

__all__ = ["clients", "people", "places", "settings"]
