"""Which section of which guide is about which page: what the Help link of every page opens."""

from django.http import HttpRequest
from django.urls import reverse

# The name of an address -> "guide#section". A name that ends with * holds for all that begin like it.
SECTIONS = {
    "intake:submit": "customer#submit",
    "intake:confirmation": "customer#reference",
    "intake:status": "customer#status",
    "intake:message": "customer#chat",
    "intake:close": "customer#chat",
    "intake:reopen": "customer#chat",
    "intake:withdraw": "customer#chat",
    "intake:new-link": "customer#new-link",
    "intake:keep-link": "customer#new-link",
    "intake:lookup": "customer#find",
    "intake:sent": "customer#find",
    "intake:found*": "customer#find",
    "account_profile": "customer#your-account",
    "account_email": "customer#your-account",
    "account_change_password": "customer#your-account",
    "account*": "customer#sign-in",
    "socialaccount*": "customer#sign-in",
    "google*": "customer#sign-in",
    "mfa*": "customer#second-step",
    "mfa_authenticate": "customer#second-step",
    "tickets:profile": "agent#profile",
    "tickets:profile_submitted": "customer#find",
    "tickets:profile_performance": "agent#performance",
    "tickets:item_*": "agent#performance",
    "tickets:performance_*": "management#explain",
    "tickets:queue": "agent#queue",
    "tickets:ticket": "agent#ticket",
    "tickets:message": "agent#reply",
    "tickets:update": "agent#ticket",
    "tickets:assign": "agent#assign",
    "tickets:take": "agent#assign",
    "tickets:acknowledge": "agent#reply",
    "tickets:reject": "agent#reject",
    "tickets:reopen": "agent#reopen",
    "tickets:new": "agent#self-log",
    "tickets:new_*": "agent#self-log",
    "tickets:self_log*": "agent#self-log",
    "performance:dashboard": "management#dashboard",
    "performance:month*": "management#report",
    "performance:lock*": "admin#locks",
    "performance:unlock*": "admin#locks",
    "performance:adjustments*": "admin#locks",
    "performance:what_if": "management#what-if",
    "performance:calendar": "management#calendar",
    "performance:explain*": "management#explain",
    "performance:*": "management#report",
    "admin:tickets_*": "admin#pending",
    "admin:notifications_*": "admin#mails",
    "admin:accounts_country_*": "admin#places",
    "admin:accounts_department_*": "admin#departments",
    "admin:accounts_user_*": "admin#people",
    "admin:accounts_sitesettings_*": "admin#settings",
    "admin:accounts_settingschange_*": "admin#audit",
    "admin:accounts_*": "admin#clients",
    "admin:kpi_workinghours_*": "admin#places",
    "admin:kpi_replacedday_*": "admin#places",
    "admin:kpi_departmenttype_*": "admin#map",
    "admin:kpi_kpiitem_*": "admin#ledger",
    "admin:kpi_cell_*": "admin#ledger",
    "admin:kpi_driftcheck_*": "admin#ledger",
    "admin:kpi_itemimport_*": "admin#ledger",
    "admin:kpi_change_*": "admin#past",
    "admin:kpi_monthlock_*": "admin#locks",
    "admin:kpi_adjustment_*": "admin#locks",
    "admin:kpi_rule*": "admin#rules",
    "admin:kpi_kpitype_clone": "admin#clone",
    "admin:kpi_*": "admin#types",
    "admin:*": "admin#start",
    "help*": "",
}


def section_of(name: str) -> str:
    """ "guide#section" for the name of an address: its own, else that of the longest beginning; "" for none."""
    if name in SECTIONS:
        return SECTIONS[name]
    beginnings = [pattern for pattern in SECTIONS if pattern.endswith("*") and name.startswith(pattern[:-1])]
    return SECTIONS[max(beginnings, key=len)] if beginnings else ""


def help_url(request: HttpRequest) -> str:
    """Where the Help link of this page leads; to the guides' front page where nothing fits better."""
    match = getattr(request, "resolver_match", None)
    guide, _hash, anchor = section_of(match.view_name if match and match.view_name else "").partition("#")
    return f"{reverse('help_guide', args=[guide])}#{anchor}" if guide else reverse("help")
