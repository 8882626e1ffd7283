"""Search: filter groups, sorts, pages; it sees a new record only after a while, and never an archived one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from yumen.sandbox.hubspot.calls import Call, Reply
from yumen.sandbox.hubspot.reading import shown
from yumen.sandbox.hubspot.records import Kind, Property
from yumen.sandbox.hubspot.refusals import bad_request
from yumen.sandbox.hubspot.schema import modified_name
from yumen.sandbox.kit.shelf import Row

GROUPS_MAX: Final = 5
FILTERS_MAX: Final = 6
FILTERS_ALL_MAX: Final = 18
PAGE_MAX: Final = 200
RESULTS_MAX: Final = 10_000
QUERY_MAX: Final = 3_000
Test = Callable[[Row], bool]


def search(call: Call) -> Reply:
    """`POST …/search`: at most 10,000 results a query."""
    kind, body = call.kind(), call.json()
    limit, after = _whole(body.get("limit", 10), "limit"), _whole(body.get("after") or 0, "after")
    if not 1 <= limit <= PAGE_MAX:
        raise bad_request(f"limit must be between 1 and {PAGE_MAX}")
    if after + limit > RESULTS_MAX:
        raise bad_request(f"The maximum number of results of a search is {RESULTS_MAX}")
    groups = _groups(kind, body.get("filterGroups") or [])
    words = str(body.get("query") or "").lower()
    if len(words) > QUERY_MAX:
        raise bad_request(f"query must not be longer than {QUERY_MAX} characters")
    seen_until = call.now - call.world.settings.portal.search_lag_s
    rows = [
        row
        for row in _candidates(call, kind, body.get("filterGroups") or [])
        if not row.gone and row.modified <= seen_until and _holds(groups, row) and _mentions(row, words)
    ]
    rows = _sorted(kind, rows, body.get("sorts") or [])
    page = rows[after : after + limit]
    asked = [str(one) for one in body.get("properties") or []]
    found: dict[str, Any] = {"total": len(rows), "results": [shown(kind, row, asked) for row in page]}
    if after + limit < len(rows):
        found["paging"] = {"next": {"after": str(after + limit)}}
    return Reply(found)


def _groups(kind: Kind, wanted: Any) -> list[list[Test]]:
    if not isinstance(wanted, list) or not all(isinstance(group, dict) for group in wanted):
        raise bad_request("Invalid input JSON: filterGroups must be a list of objects")
    filters = [group.get("filters") or [] for group in wanted]
    if len(filters) > GROUPS_MAX or any(len(one) > FILTERS_MAX for one in filters):
        raise bad_request(f"At most {GROUPS_MAX} filterGroups with {FILTERS_MAX} filters each are allowed")
    if sum(len(one) for one in filters) > FILTERS_ALL_MAX:
        raise bad_request(f"At most {FILTERS_ALL_MAX} filters are allowed in all")
    return [[_test(kind, one) for one in group] for group in filters]


def _test(kind: Kind, wanted: Any) -> Test:  # one line an operator
    if not isinstance(wanted, dict):
        raise bad_request("Invalid input JSON: a filter must be an object")
    name, operator = str(wanted.get("propertyName", "")), str(wanted.get("operator", ""))
    known = kind.properties.get(name)
    if known is None:
        raise bad_request(f"There was a problem with the request: property {name[:100]} does not exist")
    value, high = wanted.get("value"), wanted.get("highValue")
    values = {_comparable(known, one) for one in wanted.get("values") or []}

    def own(row: Row) -> Any:
        return _comparable(known, row.fields.get(name))

    if operator in {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}:
        return lambda row: (own(row) is not None) == (operator == "HAS_PROPERTY")
    if operator in {"IN", "NOT_IN"}:
        if not values:
            raise bad_request("values must be given for IN and NOT_IN")
        return lambda row: (own(row) in values) == (operator == "IN")
    if value is None:
        raise bad_request(f"value must be given for {operator[:40]}")
    wished, most = _comparable(known, value), _comparable(known, high)
    match operator:
        case "EQ":
            return lambda row: own(row) == wished
        case "NEQ":
            return lambda row: own(row) != wished
        case "CONTAINS_TOKEN":
            return lambda row: _contains(own(row), str(wished))
        case "NOT_CONTAINS_TOKEN":
            return lambda row: not _contains(own(row), str(wished))
        case "LT" | "LTE" | "GT" | "GTE":
            return lambda row: _compare(own(row), operator, wished)
        case "BETWEEN" if most is not None:
            return lambda row: _compare(own(row), "GTE", wished) and _compare(own(row), "LTE", most)
    raise bad_request(f"operator {operator[:40]} is not known")


def _candidates(call: Call, kind: Kind, wanted: list[dict[str, Any]]) -> Iterable[Row]:
    """By a unique property where the only group names one; else in order of change, from where it matters."""
    shelf = call.world.shelf
    filters = wanted[0].get("filters") or [] if len(wanted) == 1 else []
    since = 0.0
    for one in filters:
        known = kind.properties.get(str(one.get("propertyName")))
        operator = one.get("operator")
        if known is not None and known.has_unique_value and operator in {"EQ", "IN"}:
            values = one.get("values") or [one.get("value")]
            found = shelf.find(kind.name, known.name, [str(value).lower() for value in values])
            return [row for rows in found.values() for row in rows]
        if known is not None and known.name == modified_name(kind) and operator in {"GT", "GTE"}:
            since = max(since, float(_comparable(known, one.get("value")) or 0) / 1000)
    return shelf.scan(kind.name, since)


def _comparable(known: Property, value: Any) -> Any:
    """Moments and days as milliseconds, numbers as numbers, texts without case."""
    if value is None or value == "":
        return None
    text = str(value)
    try:
        if known.type == "number":
            return float(text)
        if known.type in {"date", "datetime"}:
            if text.lstrip("-").isdigit():
                return float(text)
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
    except ValueError:
        raise bad_request(f"{text[:60]} is no value for {known.name}") from None
    return text.lower()


def _compare(value: Any, operator: str, other: Any) -> bool:
    if value is None or isinstance(value, str) != isinstance(other, str):
        return False
    match operator:
        case "LT":
            return bool(value < other)
        case "LTE":
            return bool(value <= other)
        case "GT":
            return bool(value > other)
    return bool(value >= other)


def _contains(value: Any, token: str) -> bool:
    return token.strip("*") in str(value or "").lower()


def _holds(groups: list[list[Test]], row: Row) -> bool:
    return not groups or any(all(test(row) for test in group) for group in groups)


def _mentions(row: Row, words: str) -> bool:
    if not words:
        return True
    return any(words in str(value).lower() for name, value in row.fields.items() if not name.startswith("_"))


def _sorted(kind: Kind, rows: list[Row], sorts: Any) -> list[Row]:
    if not isinstance(sorts, list) or len(sorts) > 1:
        raise bad_request("Only one sort is allowed")
    if not sorts:
        return sorted(rows, key=lambda row: row.id)
    rule = sorts[0] if isinstance(sorts[0], dict) else {"propertyName": str(sorts[0]).lstrip("-")}
    known = kind.properties.get(str(rule.get("propertyName")))
    if known is None:
        raise bad_request("The property to sort by does not exist")

    def key(row: Row) -> tuple[bool, Any, str]:
        value = _comparable(known, row.fields.get(known.name))
        return (value is not None, value if value is not None else 0, row.id)

    return sorted(rows, key=key, reverse=rule.get("direction") == "DESCENDING")


def _whole(value: Any, name: str) -> int:
    text = str(value)
    if not text.isdigit() or len(text) > 9:
        raise bad_request(f"{name} must be a whole number")
    return int(text)
