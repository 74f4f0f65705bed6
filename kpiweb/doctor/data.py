"""The database, its migrations, and whether what a site needs is in it."""

from collections import Counter
from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import Country, Department, Role, SiteSettings, User
from accounts.sealing import Seal, seal_of
from kpi.models import DepartmentType, WorkingHours
from kpiweb.doctor.finding import Finding, fail, ok, warn
from kpiweb.request_log import error_sentence

CONNECT_SECONDS = 5
OLDEST_POSTGRESQL = 14
DEMO_ADMIN, DEMO_PASSWORD = "admin@kpiweb.example", "demo-kpi-web"


def database() -> Finding:
    """Whether it answers, and what it is."""
    if connection.vendor == "postgresql":
        # A host that drops packets would keep the doctor waiting for minutes.
        connection.settings_dict["OPTIONS"].setdefault("connect_timeout", CONNECT_SECONDS)
    try:
        connection.ensure_connection()
        version = ".".join(str(part) for part in connection.get_database_version())
    except DatabaseError as error:
        return fail("Database", error_sentence(error), "start the database, or correct DATABASE_URL (docs/settings.md)")
    if connection.vendor == "postgresql" and connection.get_database_version()[0] < OLDEST_POSTGRESQL:
        return fail(
            "Database", f"PostgreSQL {version} is too old", f"upgrade to PostgreSQL {OLDEST_POSTGRESQL} or newer"
        )
    return ok("Database", f"{connection.display_name} {version} answers")


def migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return fail("Migrations", f"{len(missing)} are not applied", "python manage.py migrate")
    return ok("Migrations", "all are applied")


def content() -> Iterator[Finding]:
    """The least a site needs before its first ticket: an admin, a country with hours, a department with a type."""
    setup = "python manage.py setup"
    outside = SiteSettings.load().staff_outside()
    admins = User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk__in=outside).count()
    yield ok("Admins", f"{admins} can sign in") if admins else warn("Admins", "there is none who can sign in", setup)
    if shut_out := outside.count():
        words = f"{shut_out} staff accounts are of none of the staff's domains and cannot sign in"
        yield warn("Staff domains", words, "site settings in the admin, or other addresses for them")
    without = [c.name for c in Country.objects.exclude(pk__in=WorkingHours.objects.values("country"))[:5]]
    if without:
        yield warn("Working hours", f"no hours for {', '.join(without)}: nothing is measured there", setup)
    types = DepartmentType.objects.filter(intake=True).values("department")
    taking = Department.objects.filter(active=True, accepts_intake=True, pk__in=types).count()
    yield (
        ok("Departments", f"{taking} take tickets")
        if taking
        else warn("Departments", "none takes tickets: it needs a KPI type offered at intake", setup)
    )
    yield from _demo()


def second_steps() -> Finding:
    """Whether those who use two-step sign-in can still come in, and after a change of the key the former one can go."""
    seals = Counter(seal_of(row) for row in Authenticator.objects.all())
    if lost := seals[Seal.UNREADABLE]:
        words = f"{lost} keys or recovery codes cannot be read: SECRET_KEY is not the one that sealed them"
        return fail("Second step", words, "put the former key into SECRET_KEY_FALLBACKS, then python manage.py reseal")
    if earlier := seals[Seal.EARLIER]:
        words = f"{earlier} keys or recovery codes still need a former key, or have no seal yet"
        return warn("Second step", words, "python manage.py reseal, then the former key can go")
    return ok("Second step", f"{seals[Seal.PRESENT]} keys and recovery codes, all sealed with SECRET_KEY")


def _demo() -> Iterator[Finding]:
    person = User.objects.filter(email=DEMO_ADMIN, is_active=True).first()
    if person is not None and settings.PRODUCTION and check_password(DEMO_PASSWORD, person.password):
        mend = f"python manage.py changepassword {DEMO_ADMIN}, or start with an empty database"
        yield fail("Demo people", "they can sign in with the password that the README prints", mend)
