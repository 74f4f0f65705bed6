import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role, User
from tests.cast import PASSWORD, Cast

ROLES = ["submitter", "assignee", "manager", "admin", "gone"]


def test_addresses_are_stored_folded_and_found_in_any_case(db: None) -> None:
    made = User.objects.create_user("  Sam.Upper@Example.ORG ", PASSWORD, name="Sam")
    assert made.email == "sam.upper@example.org"
    assert User.objects.get_by_natural_key("SAM.UPPER@example.org") == made
    assert made.check_password(PASSWORD)


def test_an_address_belongs_to_one_person(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(cast.submitter.email.upper(), PASSWORD, name="Other")


def test_an_agent_needs_a_department(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("homeless@example.org", PASSWORD, name="Homeless", role=Role.AGENT)


@pytest.mark.parametrize(
    ("question", "yes"),
    [
        ("works_here", {"assignee", "manager", "admin"}),
        ("is_agent", {"assignee"}),
        ("is_management", {"manager"}),
        ("is_admin", {"admin"}),
        ("is_staff", {"manager", "admin"}),
        ("is_superuser", {"admin"}),
    ],
)
def test_rights_follow_from_the_role_of_an_active_person(cast: Cast, question: str, yes: set[str]) -> None:
    assert {name for name in ROLES if getattr(getattr(cast, name), question)} == yes


def test_a_deactivated_admin_may_nothing(cast: Cast) -> None:
    cast.admin.is_active = False
    assert not cast.admin.is_admin
    assert not cast.admin.works_here
    assert not cast.admin.has_perm("kpi.change_kpitype")
    assert not cast.admin.has_module_perms("kpi")


def test_the_admin_pages_are_for_admins_and_management_only_looks(cast: Cast) -> None:
    for perm in ("kpi.view_kpitype", "kpi.change_kpitype", "accounts.add_user", "tickets.delete_ticket"):
        assert cast.admin.has_perm(perm)
        assert cast.manager.has_perm(perm) == perm.split(".")[1].startswith("view_")
        assert not cast.assignee.has_perm(perm)
    assert cast.manager.has_perms(["kpi.view_kpitype", "accounts.view_user"])
    assert not cast.manager.has_perms(["kpi.view_kpitype", "accounts.change_user"])


def test_the_first_admin_comes_from_the_command(db: None) -> None:
    first = User.objects.create_superuser("root@example.org", PASSWORD)
    assert (first.role, first.name, first.is_admin) == (Role.ADMIN, "root@example.org", True)
