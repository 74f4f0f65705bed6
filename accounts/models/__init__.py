"""People, places and client companies: what every upper floor stands on."""

from accounts.models.audit import SettingsChange
from accounts.models.clients import Asset, Contact, Contract, Organisation, Site
from accounts.models.people import Role, User
from accounts.models.places import Country, Department
from accounts.models.site import EmailVerification, LookupMode, SiteSettings

__all__ = [
    "Asset",
    "Contact",
    "Contract",
    "Country",
    "Department",
    "EmailVerification",
    "LookupMode",
    "Organisation",
    "Role",
    "SettingsChange",
    "Site",
    "SiteSettings",
    "User",
]
