import json
import logging
import sys
import uuid
from typing import Any

import pytest
from django.test import Client

from kpiweb.request_log import JsonFormatter, PlainFormatter, without_references

REFERENCE = "7d3f0c8e-1b2a-4c5d-8e9f-0a1b2c3d4e5f"


def record_of(error: Exception) -> logging.LogRecord:
    """The record a logger makes of an error that was raised while another one was handled."""
    try:
        try:
            raise KeyError("first")
        except KeyError:
            raise error  # noqa: B904 - the context is what is looked at
    except Exception:
        return logging.getLogger("test").makeRecord("test", 40, "f", 1, "It failed", (), sys.exc_info())


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    with caplog.at_level(logging.INFO, logger="kpiweb.request"):
        yield lambda: [record.getMessage() for record in caplog.records if record.name == "kpiweb.request"]


def test_each_request_has_its_own_id(client: Client) -> None:
    first, second = (client.get("/healthz")["X-Request-ID"] for _ in range(2))
    assert first != second
    assert len(first) == 16


def test_a_strangers_id_is_ignored(client: Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "chosen-by-me"})["X-Request-ID"] != "chosen-by-me"


def test_a_trusted_proxys_id_is_kept_when_it_is_one(client: Client, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    assert client.get("/healthz", headers={"X-Request-ID": "from-the-proxy"})["X-Request-ID"] == "from-the-proxy"
    assert "\n" not in client.get("/healthz", headers={"X-Request-ID": 'a" \n {}'})["X-Request-ID"]


def test_the_line_holds_the_route_and_not_the_reference(client: Client, db: None, lines: Any) -> None:
    client.get(f"/intake/status/{uuid.uuid4()}")
    (line,) = lines()
    assert line.startswith("GET /intake/status/<uuid:reference> 404 ")


def test_probes_are_not_logged(client: Client, lines: Any) -> None:
    client.get("/healthz")
    assert lines() == []


def test_json_holds_the_error_without_the_row_a_database_quotes() -> None:
    error = ValueError(f"new row violates a rule for {REFERENCE}\nDETAIL: Failing row contains (my secret message).")
    line = JsonFormatter().format(record_of(error))
    entry = json.loads(line)
    assert entry["error"] == "ValueError: new row violates a rule for 7d3f0c8e..."
    assert "secret" not in line
    assert entry["stack"][1:3] == ["KeyError: 'first'", "which led to"]
    assert entry["stack"][-1].endswith("in record_of")


def test_plain_lines_hold_it_neither() -> None:
    line = PlainFormatter().format(record_of(ValueError("broken\nDETAIL: my secret message")))
    assert line.startswith("error   test: It failed\n")
    assert line.endswith("\nValueError: broken")
    assert "secret" not in line


def test_references_are_cut() -> None:
    assert without_references(f"see {REFERENCE} and {uuid.UUID(REFERENCE).hex}") == "see 7d3f0c8e... and 7d3f0c8e..."
    assert without_references("see KPI-12") == "see KPI-12"
