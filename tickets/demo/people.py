"""The demo's people: whoever works in its departments, its client companies, and requesters without an account."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import Contact, Department, Organisation, Role, Site, User

PASSWORD = "demo-kpi-web"  # noqa: S105 - printed for everybody, and only ever in a demo database


@dataclass(frozen=True)
class Person:
    """Somebody of the demo. `place` is a department's code for staff, an organisation's name for clients."""

    name: str
    email: str
    role: Role
    place: str = ""
    leads: bool = False
    punctual: float = 0.9


STAFF = (
    Person("Amina Yusuf", "admin@kpiweb.example", Role.ADMIN),
    Person("Grace Njoroge", "manager@kpiweb.example", Role.MANAGEMENT),
    Person("Wanjiru Kamau", "wanjiru@kpiweb.example", Role.AGENT, "ke-customer-operations", True, 0.96),
    Person("Otieno Odhiambo", "otieno@kpiweb.example", Role.AGENT, "ke-customer-operations", False, 0.88),
    Person("Faith Chebet", "faith@kpiweb.example", Role.AGENT, "ke-customer-operations", False, 0.97),
    Person("Brian Mutua", "brian@kpiweb.example", Role.AGENT, "ke-network", True, 0.93),
    Person("Zawadi Achieng", "zawadi@kpiweb.example", Role.AGENT, "ke-network", False, 0.8),
    Person("Dewi Lestari", "dewi@kpiweb.example", Role.AGENT, "id-customer-care", True, 0.98),
    Person("Agus Pratama", "agus@kpiweb.example", Role.AGENT, "id-customer-care", False, 0.9),
    Person("Rina Wulandari", "rina@kpiweb.example", Role.AGENT, "id-field-service", True, 0.91),
    Person("Joko Susilo", "joko@kpiweb.example", Role.AGENT, "id-field-service", False, 0.75),
    Person("Nour El-Masry", "nour@kpiweb.example", Role.AGENT, "eg-partner-support", True, 0.94),
    Person("Karim Fathy", "karim@kpiweb.example", Role.AGENT, "eg-partner-support", False, 0.86),
)
CLIENTS = (
    Person("Hassan Omar", "hassan@savannagrocers.example", Role.CUSTOMER, "Savanna Grocers"),
    Person("Njeri Mwangi", "njeri@savannagrocers.example", Role.CUSTOMER, "Savanna Grocers"),
    Person("Peter Kiplagat", "peter@savannagrocers.example", Role.CUSTOMER, "Savanna Grocers"),
    Person("Mariam Adel", "mariam@deltatextiles.example", Role.CUSTOMER, "Delta Textiles"),
    Person("Youssef Mansour", "youssef@deltatextiles.example", Role.CUSTOMER, "Delta Textiles"),
    Person("Siti Rahmawati", "siti@nusahotels.example", Role.CUSTOMER),
)
# They write without signing in, so they have no account.
VISITORS = (
    Person("Budi Santoso", "budi.santoso@mailbox.example", Role.CUSTOMER),
    Person("Lucy Wambui", "lucy.wambui@mailbox.example", Role.CUSTOMER),
    Person("Omar Khalil", "omar.khalil@mailbox.example", Role.CUSTOMER),
    Person("Thomas Whitfield", "t.whitfield@harbourclinic.example", Role.CUSTOMER),
    Person("Ayu Kartika", "ayu.kartika@mailbox.example", Role.CUSTOMER),
    Person("Salma Ibrahim", "salma@redseatours.example", Role.CUSTOMER),
)
SITES = {
    "Savanna Grocers": ("Karen branch", "Westlands branch", "Thika Road warehouse"),
    "Delta Textiles": ("Borg El Arab mill", "Cairo showroom"),
}


def make_people() -> None:
    """Write everybody with an account, verified, so that each can sign in; and the client companies."""
    departments = {department.code: department for department in Department.objects.all()}
    organisations = {}
    for name, sites in SITES.items():
        organisations[name] = Organisation.objects.create(name=name)
        Site.objects.bulk_create(Site(organisation=organisations[name], name=site) for site in sites)
    secret = make_password(PASSWORD)
    for person in (*STAFF, *CLIENTS):
        user = User.objects.create(
            email=person.email,
            name=person.name,
            role=person.role,
            password=secret,
            department=departments.get(person.place),
            organisation=organisations.get(person.place),
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if person.leads:
            departments[person.place].leads.add(user)
        if user.organisation:
            Contact.objects.create(organisation=user.organisation, name=user.name, email=user.email, user=user)


def introduction() -> list[str]:
    """Who can sign in, a line each, for the end of the command and the README."""
    parts = {Role.ADMIN: "admin", Role.MANAGEMENT: "management", Role.AGENT: "agent", Role.CUSTOMER: "customer"}
    return [
        f"{person.email:<32} {person.name:<18} {parts[person.role]}"
        + (", lead" if person.leads else "")
        + (f", {person.place}" if person.place else "")
        for person in (*STAFF, *CLIENTS)
    ]
