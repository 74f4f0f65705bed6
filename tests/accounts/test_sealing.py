"""What stands in the database of a second step is of no use without the site's key, and a new key loses nobody's."""

import importlib
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import sealing
from kpiweb.doctor.data import second_steps
from kpiweb.doctor.examination import examine
from tests.accounts.test_second_step import CODES, ENTER, ON, code_of, come_in, with_second_step
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
FORMER, PRESENT = "a former key " * 5, "the present key " * 4
migration = importlib.import_module("accounts.migrations.0006_seal_second_steps")


def stored() -> list[str]:
    """Each secret as it stands in the database."""
    rows = Authenticator.objects.order_by("pk")
    return [text for row in rows for text in (row.data.get("secret"), row.data.get("seed")) if text]


def change_key(settings: Any, *fallbacks: str) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = PRESENT, list(fallbacks)


@pytest.fixture
def secret(cast: Cast, settings: Any) -> str:
    """The key of the assignee's phone, sealed with FORMER."""
    settings.SECRET_KEY = FORMER
    return with_second_step(cast.assignee)


def test_neither_the_phones_key_nor_the_seed_stands_in_the_database(cast: Cast, secret: str) -> None:
    assert [text.startswith("sealed:") for text in stored()] == [True, True]
    assert secret not in "".join(stored())
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    client, _answer = come_in(cast.assignee)
    assert client.post(ENTER, {"code": code_of(secret)})["Location"] == "/profile/"
    other, _answer = come_in(cast.assignee)
    assert other.post(ENTER, {"code": codes[0]})["Location"] == "/profile/"


def test_the_same_secret_is_sealed_differently_each_time_and_bound_to_this_purpose(settings: Any) -> None:
    assert sealing.seal("ABC") != sealing.seal("ABC")
    assert sealing.unseal(sealing.seal("ABC")) == "ABC"
    with pytest.raises(sealing.Unreadable):
        sealing.unseal("sealed:")
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealing.seal("ABC")[:-8] + "AAAAAAA=")


def test_what_was_stored_before_there_were_seals_works_and_is_sealed_by_the_migration(cast: Cast) -> None:
    secret = with_second_step(cast.assignee)
    migration.unseal_all(apps, None)
    plain = stored()
    assert plain[0] == secret
    client, _answer = come_in(cast.assignee)
    assert client.post(ENTER, {"code": code_of(secret)})["Location"] == "/profile/"
    assert second_steps().level == "WARN"
    migration.seal_all(apps, None)
    assert [sealing.unseal(text) for text in stored()] == plain
    assert stored() != plain
    assert second_steps().level == "OK"


def test_codes_that_came_from_elsewhere_are_sealed_one_by_one() -> None:
    data = {"migrated_codes": ["11111111", "22222222"], "used_mask": 0}
    sealed = sealing.changed(data, sealing.seal)
    assert [sealing.unseal(text) for text in sealed["migrated_codes"]] == data["migrated_codes"]
    assert sealed["used_mask"] == 0
    assert "11111111" not in str(sealed)


def test_a_new_key_with_the_former_one_beside_it_shuts_nobody_out(cast: Cast, settings: Any, secret: str) -> None:
    change_key(settings, FORMER)
    client, _answer = come_in(cast.assignee)
    assert client.post(ENTER, {"code": code_of(secret)})["Location"] == "/profile/"
    assert (second_steps().level, second_steps().mend) == (
        "WARN",
        "python manage.py reseal, then the former key can go",
    )


def test_after_resealing_the_former_key_can_go(cast: Cast, settings: Any, secret: str, capsys: Any) -> None:
    change_key(settings, FORMER)
    call_command("reseal")
    call_command("reseal")
    assert capsys.readouterr().out == "2 sealed anew, 0 left as they are.\n0 sealed anew, 2 left as they are.\n"
    change_key(settings)
    assert second_steps().words == "2 keys and recovery codes, all sealed with SECRET_KEY"
    client, _answer = come_in(cast.assignee)
    assert client.post(ENTER, {"code": code_of(secret)})["Location"] == "/profile/"


def test_without_the_former_key_nobody_comes_in_and_everybody_is_told(
    cast: Cast, settings: Any, secret: str, capsys: Any
) -> None:
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    change_key(settings)
    for code in (code_of(secret), code_of(""), codes[0], "000000"):
        client, _answer = come_in(cast.assignee)
        refused = client.post(ENTER, {"code": code})
        assert (refused.status_code, "cannot be read any more. Ask an admin" in refused.text) == (422, True)
    told = {finding.what: finding.mend for finding in examine(clock=timezone.now, wait=0) if finding.level == "FAIL"}
    assert told["Second step"] == "put the former key into SECRET_KEY_FALLBACKS, then python manage.py reseal"
    with pytest.raises(CommandError, match=r"cannot be read: 1\. Put the former key into SECRET_KEY_FALLBACKS"):
        call_command("reseal")
    assert Authenticator.objects.count() == 2


def test_where_the_former_key_is_lost_for_good_people_set_it_up_again(cast: Cast, settings: Any, secret: str) -> None:
    change_key(settings)
    kept = with_second_step(cast.mate)
    call_command("reseal", forget_unreadable=True)
    assert {row.user for row in Authenticator.objects.all()} == {cast.mate}
    assert come_in(cast.assignee)[1]["Location"] == "/profile/"
    client, _answer = come_in(cast.mate)
    assert client.post(ENTER, {"code": code_of(kept)})["Location"] == "/profile/"


@pytest.mark.parametrize("page", [CODES, f"{CODES}new/", f"{CODES}file/"])
def test_somebody_who_is_in_already_reads_why_there_are_no_codes(
    cast: Cast, settings: Any, secret: str, page: str
) -> None:
    change_key(settings, FORMER)
    client, _answer = come_in(cast.assignee)
    client.post(ENTER, {"code": code_of(secret)})
    client.post("/accounts/again/", {"password": PASSWORD, "next": CODES})
    settings.SECRET_KEY_FALLBACKS = []
    answer = client.get(page, follow=True)
    assert (answer.redirect_chain, "cannot be read any more" in answer.text) == ([("/accounts/", 302)], True)


def test_a_phone_that_is_set_up_now_is_sealed_at_once(cast: Cast) -> None:
    client, _answer = come_in(cast.assignee)
    client.post("/accounts/again/", {"password": PASSWORD, "next": ON})
    client.get(ON)
    secret = client.session["mfa.totp.secret"]
    assert client.post(ON, {"code": code_of(secret)})["Location"] == CODES
    assert "mfa.totp.secret" not in client.session
    assert sealing.unseal(stored()[0]) == secret
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code(code_of(secret, steps=1)) is True
    assert Client().get(ON).status_code == 302
