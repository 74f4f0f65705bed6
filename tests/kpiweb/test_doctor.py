"""manage.py doctor against real servers that are stopped and started, and each check on its own."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from accounts.models import Role, User
from kpiweb import tasks
from kpiweb.doctor import background, data, mail, surroundings
from kpiweb.doctor.examination import examine
from kpiweb.doctor.finding import Finding
from notifications.models import MailStatus, OutgoingMail
from notifications.outbox import queue
from tests.cast import START, Cast
from tests.conftest import Worker
from tests.notifications.conftest import make_message
from tests.servers.processes import free_port, wait_until
from tests.servers.product import Product, bare_environment, manage
from tests.servers.redis import RedisServer
from tests.servers.smtp import SmtpSink

LONG_AGO = timedelta(hours=2)


def levels(findings: Iterator[Finding]) -> dict[str, str]:
    return {finding.what: str(finding.level) for finding in findings}


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    server = SmtpSink()
    yield server
    server.close()


@pytest.fixture
def product(sink: SmtpSink, private_redis: RedisServer) -> Iterator[Product]:
    running = Product(REDIS_URL=private_redis.url, EMAIL_URL=sink.url, MAIL_FROM="Desk <desk@kpi.example>")
    yield running
    running.close()


def diagnosis(product: Product, *arguments: str) -> tuple[int, dict[str, str], dict[str, str]]:
    """Exit code, {what: level} and {what: words} of a doctor beside the product."""
    done = manage("doctor", "--json", *arguments, environment=product.environment)
    report = json.loads(done.stdout)
    found = report["findings"]
    assert report["healthy"] == (done.returncode == 0)
    assert all(one["mend"] for one in found if one["level"] != "OK")
    return done.returncode, {o["what"]: o["level"] for o in found}, {o["what"]: o["words"] for o in found}


def test_servers_are_stopped_and_started_and_the_doctor_sees_each(
    product: Product, sink: SmtpSink, private_redis: RedisServer
) -> None:
    wait_until(lambda: diagnosis(product, "--wait=2")[1]["Beat"] == "OK", limit=60)
    code, found, words = diagnosis(product, "--mail-to=ops@kpi.example")
    alive = {what: found[what] for what in ("Database", "Migrations", "Redis", "Worker", "Beat", "Mail")}
    assert (code, alive) == (0, dict.fromkeys(alive, "OK"))
    [arrived] = sink.messages
    assert (arrived["To"], arrived["From"]) == ("ops@kpi.example", "Desk <desk@kpi.example>")
    assert arrived["Subject"] == "KPI Web: this mail arrived"

    sink.down()
    code, found, words = diagnosis(product, "--wait=2")
    assert (code, found["Mail"], found["Redis"]) == (1, "FAIL", "OK")
    assert f"{sink.host}:{sink.port}: ConnectionRefusedError" in words["Mail"]
    sink.up()

    product.stop()
    code, found, _words = diagnosis(product, "--wait=1")
    assert (code, found["Worker"], found["Mail"]) == (0, "WARN", "OK")

    private_redis.freeze()
    code, found, words = diagnosis(product, "--wait=1")
    assert (code, found["Redis"], found["Worker"]) == (1, "FAIL", "WARN")
    assert "Timeout" in words["Redis"]
    private_redis.thaw()
    private_redis.stop()
    assert diagnosis(product, "--wait=1")[1]["Redis"] == "FAIL"
    private_redis.start()
    assert diagnosis(product, "--wait=1")[1]["Redis"] == "OK"


def test_without_a_database_the_rest_is_still_examined(tmp_path: Path) -> None:
    environment = {
        "KPIWEB_ENV": "embedded",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"postgresql://kpiweb@127.0.0.1:{free_port()}/kpiweb",
        "EMAIL_URL": f"smtp://127.0.0.1:{free_port()}",
    }
    done = manage("doctor", "--mail-to=ops@kpi.example", environment=bare_environment(**environment))
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert [line for line in lines if line.startswith("FAIL  Database")] != []
    assert [line for line in lines if line.startswith("FAIL  Mail")] != []
    assert [line for line in lines if line.startswith("OK    Folders")] != []
    assert "WARN  Worker         cannot be told while the database does not answer" in lines
    assert "mend: start the database, or correct DATABASE_URL" in done.stdout
    assert "\x1b[" not in done.stdout


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(Exception, match="nobody is not a mail address"):
        call_command("doctor", mail_to="nobody")


def test_a_worker_that_answers_and_one_that_does_not(celery_worker: Worker) -> None:
    now = timezone.now()
    tasks.heartbeat.apply_async(retry=False)
    wait_until(background.last_heartbeat)
    found = levels(background.worker_and_beat(at=now, wait=20, broker=True))
    assert found == {"Worker": "OK", "Beat": "OK"}
    celery_worker.pause()
    busy = levels(background.worker_and_beat(at=now, wait=0.5, broker=True))
    assert busy == {"Worker": "WARN", "Beat": "OK"}
    gone = levels(background.worker_and_beat(at=now + LONG_AGO, wait=0.5, broker=True))
    assert gone == {"Worker": "FAIL", "Beat": "FAIL"}


@pytest.mark.django_db
def test_beat_that_was_never_heard_of_is_told_so() -> None:
    cache.delete(tasks.HEARTBEAT)
    *_, beat = background.worker_and_beat(at=START, wait=0, broker=False)
    assert (beat.level, beat.words, beat.mend) == ("FAIL", "was never heard of", background.START_BEAT)


@pytest.mark.django_db
def test_an_empty_site_is_told_what_it_lacks() -> None:
    assert levels(data.content()) == {"Admins": "WARN", "Departments": "WARN"}


def test_a_site_that_has_what_it_needs(cast: Cast) -> None:
    assert levels(data.content()) == {"Admins": "OK", "Departments": "OK"}
    cast.country.pk, cast.country.code, cast.country.name = None, "UG", "Uganda"
    cast.country.save()
    hours = next(finding for finding in data.content() if finding.what == "Working hours")
    assert hours.words == "no hours for Uganda: nothing is measured there"


def test_demo_people_in_production_are_a_failure(cast: Cast, settings: Any) -> None:
    User.objects.create_user(data.DEMO_ADMIN, data.DEMO_PASSWORD, name="Amina", role=Role.ADMIN)
    assert "Demo people" not in levels(data.content())
    settings.PRODUCTION = True
    assert levels(data.content())["Demo people"] == "FAIL"


@pytest.mark.django_db
def test_a_pending_migration_stops_what_would_fail_over_it() -> None:
    MigrationRecorder(connection).record_unapplied("kpiweb", "0001_cache_table")
    found = levels(examine(clock=lambda: START, wait=0))
    assert (found["Migrations"], found["Worker"], found["Outbox"]) == ("FAIL", "WARN", "WARN")


@pytest.mark.django_db
def test_mails_that_wait_too_long_and_parked_ones_are_told() -> None:
    assert levels(mail.outbox(at=START)) == {"Outbox": "OK"}
    waiting = queue(make_message(), event_key="ticketevent:1", at=START - LONG_AGO)
    assert waiting is not None
    assert levels(mail.outbox(at=START)) == {"Outbox": "WARN"}
    OutgoingMail.objects.update(status=MailStatus.PARKED)
    assert levels(mail.outbox(at=START)) == {"Outbox": "OK", "Parked mails": "WARN"}


@pytest.mark.django_db
def test_a_clock_that_is_off_is_told() -> None:
    assert surroundings.clocks(timezone.now).level == "OK"
    wrong = surroundings.clocks(lambda: timezone.now() - LONG_AGO)
    assert wrong.level == ("FAIL" if connection.vendor == "postgresql" else "OK")


def test_a_zone_that_this_machine_does_not_know_is_told(cast: Cast) -> None:
    assert surroundings.zones().level == "OK"
    type(cast.country).objects.update(zone="Mars/Olympus")
    assert surroundings.zones().words == "unknown zones in use: Mars/Olympus"


def test_folders_must_take_files(tmp_path: Path, settings: Any) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("x")
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, str(in_the_way)
    closed = {finding.words: finding.level for finding in surroundings.folders()}
    assert closed == {f"{in_the_way} cannot be written to": "FAIL"}
    settings.MEDIA_ROOT = str(tmp_path / "media")
    assert [finding.level for finding in surroundings.folders()] == ["OK"]


@pytest.mark.parametrize(("given", "level"), [(("a", "b"), "OK"), (("a", ""), "FAIL"), (("", ""), "WARN")])
def test_google_needs_both_its_settings(settings: Any, given: tuple[str, str], level: str) -> None:
    settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET = given
    found = surroundings.google()
    assert found.level == level
    assert "/accounts/google/login/callback/" in found.words + found.mend


def test_a_key_that_others_can_read_and_debug_pages_are_failures(tmp_path: Path, settings: Any) -> None:
    key = tmp_path / "secret_key"
    key.write_text("k" * 64)
    key.chmod(0o644)
    settings.VAR_DIR, settings.DEBUG = tmp_path, True
    found = {finding.what: finding.mend for finding in surroundings.insecure() if finding.level == "FAIL"}
    assert found == {"Secret key": f"chmod 600 {key}", "Debug pages": "unset DEBUG"}
