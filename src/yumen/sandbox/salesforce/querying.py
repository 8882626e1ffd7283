"""Answer queries: by key where a condition names one, else by reading on in order of change; page by page."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote

from yumen.sandbox.kit.shelf import Row
from yumen.sandbox.salesforce.calls import Call, Reply
from yumen.sandbox.salesforce.filing import key_text, log_of
from yumen.sandbox.salesforce.idents import read_id
from yumen.sandbox.salesforce.judging import find_field, no_such_column
from yumen.sandbox.salesforce.reading import API, shown, value_of
from yumen.sandbox.salesforce.records import Field, Object
from yumen.sandbox.salesforce.refusals import Refusal
from yumen.sandbox.salesforce.soql import Both, Condition, Query, Test, parse
from yumen.sandbox.salesforce.values import stamp

LOG_S: Final = 15 * 86400.0
"""So long deletions are remembered."""
CURSORS_MAX: Final = 10
_MOMENTS: Final = frozenset({"datetime"})


def query(call: Call) -> Reply:
    """`GET /query?q=`: live records."""
    return _run(call, deleted_too=False)


def query_all(call: Call) -> Reply:
    """`GET /queryAll?q=`: those in the recycle bin too."""
    return _run(call, deleted_too=True)


def query_more(call: Call) -> Reply:
    """`GET /query/{locator}`: the next page. A locator knows ids; records are read anew."""
    locator = call.part("locator")
    name, _, offset = locator.rpartition("-")
    cursor = call.world.cursors.get(name)
    if cursor is None or not offset.isdigit():
        raise Refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    source, *idents = cursor
    plan = _Plan(call, parse(source), deleted_too=True)
    return _page(call, plan, name, idents, int(offset))


def deleted(call: Call) -> Reply:
    """`GET /sobjects/{object}/deleted/?start=&end=`."""
    kind, start, end = _span(call)
    if end - start < 60:
        raise Refusal(400, "INVALID_REPLICATION_DATE", "endDate must be at least one minute greater than startDate")
    if start < call.now - LOG_S:
        raise Refusal(400, "INVALID_REPLICATION_DATE", "startDate cannot be more than 15 days ago")
    rows = [row for row in call.world.shelf.scan(log_of(kind), start) if row.modified <= end]
    records = [{"id": row.id, "deletedDate": stamp(row.modified)} for row in rows]
    earliest = stamp(call.now - LOG_S)
    return Reply({"deletedRecords": records, "earliestDateAvailable": earliest, "latestDateCovered": stamp(end)})


def updated(call: Call) -> Reply:
    """`GET /sobjects/{object}/updated/?start=&end=`."""
    kind, start, end = _span(call)
    idents = [row.id for row in call.world.shelf.scan(kind.name, start) if not row.gone and row.modified <= end]
    return Reply({"ids": idents, "latestDateCovered": stamp(end)})


class _Plan:
    """A query bound to an object: its fields, its condition as a function."""

    def __init__(self, call: Call, asked: Query, *, deleted_too: bool) -> None:
        self.call = call
        self.asked = asked
        self.deleted_too = deleted_too
        self.kind = _object(call, asked.source)
        self.fields = [self.field(name) for name in asked.fields if name != "*"]
        if "*" in asked.fields:
            self.fields = list(self.kind.fields.values())
        self.holds = self.bind(asked.where) if asked.where is not None else lambda _: True
        self.order = [(self.field(name), descending) for name, descending in asked.order]

    def field(self, name: str) -> Field:
        known = find_field(self.kind, name)
        if known is None:
            raise no_such_column(self.kind, name)
        return known

    def bind(self, where: Condition) -> Callable[[Row], bool]:
        if isinstance(where, Test):
            return _bound(self.field(where.field), where)
        parts = [self.bind(part) for part in where.parts]
        if where.word == "NOT":
            return lambda row: not parts[0](row)
        if where.word == "AND":
            return lambda row: all(part(row) for part in parts)
        return lambda row: any(part(row) for part in parts)

    def rows(self) -> list[Row]:
        """Every match, ordered and cut."""
        found = (row for row in self.candidates() if (self.deleted_too or not row.gone) and self.holds(row))
        asked = self.asked
        if not self.order and asked.limit is not None:
            rows = [row for row, _ in zip(found, range(asked.offset + asked.limit), strict=False)]
        else:
            rows = list(found)
        for known, descending in reversed(self.order):
            rows.sort(key=_sort_key(known), reverse=descending)
        end = None if asked.limit is None else asked.offset + asked.limit
        return rows[asked.offset : end]

    def candidates(self) -> Iterable[Row]:
        """By id or key where every match must have one of them; else in order of change, from where it matters."""
        shelf, kind = self.call.world.shelf, self.kind
        since = 0.0
        for test in _must(self.asked.where):
            known = self.field(test.field)
            values = test.value if test.sign == "IN" else [test.value]
            if test.sign in {"=", "IN"} and None not in values:
                if known.name == "Id":
                    return shelf.get(kind.name, [read_id(str(value)) or "" for value in values]).values()
                if known.external_id or known.unique or known.indexed:
                    found = shelf.find(kind.name, known.name, list({key_text(known, value) for value in values}))
                    return _flat(found.values())
            if known.name == "SystemModstamp" and test.sign in {">", ">="}:
                since = max(since, _seconds(str(test.value)))
        return shelf.scan(kind.name, since)


def _run(call: Call, *, deleted_too: bool) -> Reply:
    text = call.request.query.get("q", "")
    if not text:
        raise Refusal(400, "MALFORMED_QUERY", "A query string has to be specified")
    asked = parse(text)
    if asked.source.lower() == "organization":
        record = {"attributes": {"type": "Organization"}, "Id": call.world.settings.org_id, "IsSandbox": True}
        return Reply({"totalSize": 1, "done": True, "records": [record]})
    plan = _Plan(call, asked, deleted_too=deleted_too)
    rows = plan.rows()
    if not asked.fields:
        return Reply({"totalSize": len(rows), "done": True, "records": []})
    size = _batch_size(call)
    if len(rows) <= size:
        records = [shown(plan.kind, row, plan.fields, call.version) for row in rows]
        return Reply({"totalSize": len(rows), "done": True, "records": records})
    name = "01g5g0000" + secrets.token_hex(5).upper()
    cursors = call.world.cursors
    cursors[name] = [text, *(row.id for row in rows)]
    while len(cursors) > CURSORS_MAX:
        del cursors[next(iter(cursors))]
    return _page(call, plan, name, [row.id for row in rows], 0)


def _page(call: Call, plan: _Plan, name: str, idents: list[str], offset: int) -> Reply:
    end = offset + _batch_size(call)
    rows = call.world.shelf.get(plan.kind.name, idents[offset:end])
    records = [shown(plan.kind, rows[ident], plan.fields, call.version) for ident in idents[offset:end]
               if ident in rows]  # fmt: skip
    body: dict[str, Any] = {"totalSize": len(idents), "done": end >= len(idents)}
    if end < len(idents):
        body["nextRecordsUrl"] = f"{API}{call.version}/query/{name}-{end}"
    return Reply({**body, "records": records})


def _batch_size(call: Call) -> int:
    own = call.world.settings.org.query_batch
    asked = call.request.headers.get("sforce-query-options", "").replace(" ", "").lower().removeprefix("batchsize=")
    return min(own, max(200, int(asked))) if asked.isdigit() and len(asked) < 6 else own


def _object(call: Call, name: str) -> Object:
    kind = next((one for one in call.world.objects.values() if one.name.lower() == name.lower()), None)
    if kind is None:
        raise Refusal(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
    return kind


def _must(where: Condition | None) -> Iterator[Test]:
    """Conditions that hold for every match."""
    match where:
        case Test():
            yield where
        case Both("AND", parts):
            for part in parts:
                yield from _must(part)


def _flat(groups: Iterable[list[Row]]) -> Iterator[Row]:
    seen: set[str] = set()
    for group in groups:
        for row in group:
            if row.id not in seen:
                seen.add(row.id)
                yield row


def _bound(known: Field, test: Test) -> Callable[[Row], bool]:
    """One condition as a function; texts compare without case, as SOQL does."""
    sign = test.sign
    if sign == "LIKE":
        pattern = _like(str(test.value).lower())
        return lambda row: bool(pattern.fullmatch(str(value_of(known, row) or "").lower()))
    if sign in {"IN", "NOT IN"}:
        wanted = {_comparable(known, value) for value in test.value}
        return lambda row: (_comparable(known, value_of(known, row)) in wanted) == (sign == "IN")
    own = _comparable(known, test.value)
    if sign in {"=", "!="}:
        return lambda row: (_comparable(known, value_of(known, row)) == own) == (sign == "=")
    if own is None:
        raise Refusal(400, "MALFORMED_QUERY", f"filter on field '{known.name}' cannot compare with null")
    return lambda row: _compare(_comparable(known, value_of(known, row)), sign, own)


def _compare(value: Any, sign: str, other: Any) -> bool:
    if value is None or isinstance(value, str) != isinstance(other, str):
        return False
    match sign:
        case "<":
            return bool(value < other)
        case "<=":
            return bool(value <= other)
        case ">":
            return bool(value > other)
    return bool(value >= other)


def _comparable(known: Field, value: Any) -> Any:
    if value is None or value == "":
        return None
    if known.type in _MOMENTS:
        return _seconds(str(value))
    if known.type in {"id", "reference"}:
        return read_id(str(value)) or str(value)
    if isinstance(value, str):
        return value if known.case_sensitive else value.lower()
    return value


@lru_cache(maxsize=4096)
def _seconds(text: str) -> float:
    """A moment of the API or of a query. Raises Refusal."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(400, "INVALID_QUERY_FILTER_OPERATOR", f"value {text} is no dateTime") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


@lru_cache(maxsize=64)
def _like(text: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in text), re.DOTALL)


def _sort_key(known: Field) -> Callable[[Row], tuple[bool, Any]]:
    def key(row: Row) -> tuple[bool, Any]:
        value = _comparable(known, value_of(known, row))
        return (value is not None, value)

    return key


def _span(call: Call) -> tuple[Object, float, float]:
    kind = _object(call, call.part("object"))
    asked = {name: unquote(call.request.query.get(name, "")) for name in ("start", "end")}
    return kind, _seconds(asked["start"]), _seconds(asked["end"])
