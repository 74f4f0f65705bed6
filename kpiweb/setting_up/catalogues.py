"""Ready-made KPI types, one TOML file per catalogue beside this module."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("catalogues")


@dataclass(frozen=True)
class ReadyType:
    """A type, the group it belongs to, and the parameters of its rule; see docs/rules.md for their meaning."""

    code: str
    name: str
    group: str
    rule: str
    parameters: dict[str, Any] = field(default_factory=dict)
    intake: bool = False
    contributes_to_uptime: bool = False


@dataclass(frozen=True)
class Catalogue:
    code: str
    label: str
    types: tuple[ReadyType, ...]


@cache
def catalogues() -> dict[str, Catalogue]:
    """All of them by their code, which is the name of their file."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"))}


def _read(path: Path) -> Catalogue:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Catalogue(path.stem, data["label"], tuple(ReadyType(**one) for one in data["types"]))
