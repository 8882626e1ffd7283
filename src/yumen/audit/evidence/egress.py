"""Where a system's own log says that it calls: hosts of an outgoing proxy, firewall or flow log, as CSV or JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import msgspec

from yumen.audit.evidence.access import MAINLAND
from yumen.audit.evidence.hosts import bare
from yumen.audit.known_hosts import is_abroad
from yumen.audit.world import World

ROWS_MAX: Final = 500_000
COLUMNS: Final = {
    "host": (
        "host",
        "hostname",
        "domain",
        "destination",
        "dest",
        "dst host",
        "server name",
        "sni",
        "域名",
        "目标",
        "目的域名",
    ),
    "country": ("country", "dst country", "geo", "国家", "国家/地区", "所在地"),
    "calls": ("calls", "requests", "count", "hits", "connections", "次数", "请求数", "连接数"),
}


@dataclass(frozen=True, slots=True)
class Called:
    """One host of the log, with all its lines summed. `country` is as written."""

    host: str
    calls: int
    country: str
    origin: str

    @property
    def abroad(self) -> bool:
        """By the country the log gives; where it gives none, by what the name alone says."""
        if self.country:
            return self.country.strip().lower() not in MAINLAND
        return is_abroad(self.host)


@dataclass(frozen=True, slots=True)
class EgressLog:
    """Every host that was called, by name."""

    hosts: tuple[Called, ...]


def read_egress(world: World, names: Sequence[str]) -> EgressLog | None:
    """The logs together; a file without a column of hosts is told among the unread."""
    summed: dict[str, Called] = {}
    read = False
    for name in names:
        if (text := world.text(name)) is None:
            continue
        try:
            rows = list(_rows(name, text))
        except (csv.Error, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as refused:
            world.skip(name, "no_egress", why=str(refused)[:160])
            continue
        if not rows:
            world.skip(name, "no_egress", why="host")
            continue
        read = True
        if len(rows) > ROWS_MAX:
            world.skip(name, "cut_short", max=ROWS_MAX)
        for row in rows[:ROWS_MAX]:
            _add(summed, row, name)
    return EgressLog(tuple(summed[host] for host in sorted(summed))) if read else None


def _rows(name: str, text: str) -> Iterator[dict[str, str]]:
    made = _json_rows(text) if name.lower().endswith(".json") else _csv_rows(text)
    yield from islice((row for row in made if bare(row.get("host", ""))), ROWS_MAX + 1)


def _csv_rows(text: str) -> Iterator[dict[str, str]]:
    reader = csv.reader(io.StringIO(text))
    heads = [_column(head) for head in next(reader, [])]
    for row in reader:
        yield {head: cell.strip()[:253] for head, cell in zip(heads, row, strict=False) if head}


def _json_rows(text: str) -> Iterator[dict[str, str]]:
    for one in msgspec.json.decode(text, type=list[dict[str, Any]]):
        yield {head: str(value)[:253] for name, value in one.items() if (head := _column(name)) and value is not None}


def _column(head: str) -> str | None:
    said = " ".join(head.strip().strip("\ufeff").lower().replace("_", " ").split())
    return next((name for name, aliases in COLUMNS.items() if said in aliases), None)


def _add(summed: dict[str, Called], row: Mapping[str, str], origin: str) -> None:
    host = bare(row["host"])
    known = summed.get(host, Called(host, 0, "", origin))
    said = row.get("calls", "").replace(",", "")
    calls = int(said) if said.isdecimal() and len(said) < 16 else 1
    summed[host] = Called(host, known.calls + calls, known.country or row.get("country", ""), known.origin)
