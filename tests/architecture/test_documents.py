"""What the documents name exists."""

import re

import pytest

from tests.architecture.source import ROOT

QUOTED = re.compile(r"`([^`\n]+)`")
TOP_LEVEL = re.compile(
    r"^(kpiweb|tickets|intake|kpi|accounts|notifications|templates|static|tests|docs|deploy|benchmarks|\.ci)/[\w./*-]*$"
    r"|^(manage\.py|pyproject\.toml|Makefile|uv\.lock|[A-Z]+\.md)$"
)


def paths_in(text: str) -> list[str]:
    """What stands in backticks and looks like a path of this repository."""
    return [quoted for quoted in QUOTED.findall(text) if TOP_LEVEL.match(quoted)]


@pytest.mark.parametrize(
    "document", ["ARCHITECTURE.md", "README.md", "SECURITY.md", "docs/settings.md", "docs/features.md"]
)
def test_paths_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    missing = [path for path in paths_in(text) if not any(ROOT.glob(path.rstrip("/")))]
    assert missing == []


def test_architecture_names_every_app_and_is_short() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = {path.split("/")[0] for path in paths_in(text)}
    assert {"kpiweb", "intake", "tickets", "kpi", "notifications", "accounts", "tests"} - named == set()
    assert len(text.split()) < 1200


def test_paths_are_recognised() -> None:
    assert paths_in("see `kpi/engine/` and `status` and `/intake` and `manage.py`") == ["kpi/engine/", "manage.py"]


def test_every_setting_is_documented() -> None:
    source = (ROOT / "kpiweb" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    documented = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), re.M))
    assert names == documented
    assert names != set()
