"""What a host's name alone says: whose it is, and where it stands. One list for code, domain lists and probes."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

import msgspec

OPERATORS: Final = ("mainland", "google", "meta", "overseas")
"""In this order: partitions in the mainland share names with those abroad."""


def operator(host: str) -> str:
    """`mainland`, `google`, `meta`, `overseas`, or nothing known."""
    return next((kind for kind in OPERATORS if suffix(host, listed(kind)) is not None), "")


def is_abroad(host: str) -> bool:
    """Known to stand, or to be run, outside the mainland."""
    return operator(host) not in {"", "mainland"}


def abroad(host: str) -> str | None:
    """The name in the list by which a host is known to stand abroad."""
    kind = operator(host)
    return suffix(host, listed(kind)) if kind not in {"", "mainland"} else None


def suffix(host: str, suffixes: Collection[str]) -> str | None:
    """The suffix that holds the host, by whole labels, the longest first; None when none does."""
    labels = host.lower().rstrip(".").split(".")
    names = (".".join(labels[start:]) for start in range(len(labels)))
    return next((name for name in names if name in suffixes), None)


@cache
def listed(name: str) -> frozenset[str]:
    """A list of `known_hosts.toml`."""
    return msgspec.convert(_file()[name], frozenset[str])


def review_on() -> date:
    """The day by which somebody reads the lists again."""
    return msgspec.convert(_file()["review_on"], date)


@cache
def _file() -> Mapping[str, object]:
    return tomllib.loads((resources.files("yumen.audit") / "known_hosts.toml").read_text(encoding="utf-8"))
