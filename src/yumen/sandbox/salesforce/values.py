"""Judge one value for one field: what a record keeps of it, or the fault that Salesforce would name."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from yumen.sandbox.salesforce.idents import read_id
from yumen.sandbox.salesforce.records import Field
from yumen.sandbox.salesforce.refusals import Fault, Refusal

_EMAIL: Final = re.compile(r"[^@\s,;\"<>()]+@[^@\s,;\"<>().]+(?:\.[^@\s,;\"<>().]+)+")
_TEXT: Final = frozenset({"string", "textarea", "email", "phone", "picklist", "url"})
_PLAIN: Final = frozenset({"string", "phone"})
_NUMBERS: Final = frozenset({"int", "double", "currency"})
_SHOWN_MAX: Final = 255


def fitted(field: Field, value: Any) -> Any:
    """The value as it is kept; None clears. Raises Fault, or Refusal where JSON itself has the wrong type."""
    if type(value) is str and field.type in _PLAIN and 0 < len(value) <= field.length:  # the common case
        return value.strip()
    if value is None or value == "":
        return False if field.type == "boolean" else None
    if field.type in _TEXT:
        return _text(field, value)
    if field.type == "boolean":
        return _boolean(value)
    if field.type in _NUMBERS:
        return _number(field, value)
    if field.type == "date":
        return _date(field, value)
    if field.type == "datetime":
        return _moment(field, value)
    return _reference(field, value)


def _text(field: Field, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _wrong_json("string", value)
    text = str(value).strip() if field.type != "textarea" else str(value)
    if len(text) > field.length:
        message = f"{field.label or field.name}: data value too large: {text[:_SHOWN_MAX]} (max length={field.length})"
        raise Fault("STRING_TOO_LONG", message, (field.name,))
    if field.type == "email":
        if not _EMAIL.fullmatch(text):
            label = field.label or field.name
            raise Fault("INVALID_EMAIL_ADDRESS", f"{label}: invalid email address: {text}", (field.name,))
        return text.lower()
    if field.type == "picklist" and field.restricted and text not in field.picklist:
        message = f"{field.label or field.name}: bad value for restricted picklist field: {text[:_SHOWN_MAX]}"
        raise Fault("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, (field.name,))
    return text


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise _wrong_json("boolean", value)


def _number(field: Field, value: Any) -> int | float:
    if isinstance(value, str):
        try:
            value = float(value) if "." in value or "e" in value.lower() else int(value)
        except ValueError:
            raise _wrong_json("double", value) from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong_json("double", value)
    before, after = field.places
    if not abs(value) < 10**before:
        message = f"{field.label or field.name}: value outside of valid range on numeric field: {value}"
        raise Fault("NUMBER_OUTSIDE_VALID_RANGE", message, (field.name,))
    return value if isinstance(value, int) else round(value, after)


def _date(field: Field, value: Any) -> str:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10]).isoformat()
        except ValueError:
            pass
    raise _wrong_json("date", value)


def _moment(field: Field, value: Any) -> str:
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise _wrong_json("datetime", value) from None
        return stamp((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    raise _wrong_json("datetime", value)


def _reference(field: Field, value: Any) -> str:
    ident = read_id(value) if isinstance(value, str) else None
    if ident is None:
        label = field.label or field.name
        raise Fault("MALFORMED_ID", f"{label}: id value of incorrect type: {str(value)[:60]}", (field.name,))
    return ident


def _wrong_json(wanted: str, value: Any) -> Refusal:
    token = {bool: "VALUE_TRUE", int: "VALUE_NUMBER_INT", float: "VALUE_NUMBER_FLOAT", str: "VALUE_STRING"}
    seen = token.get(type(value), "START_OBJECT")
    text = f"Cannot deserialize instance of {wanted} from {seen} value {str(value)[:60]} or request may be missing a"
    return Refusal(400, "JSON_PARSER_ERROR", f"{text} required field")


def stamp(at: float) -> str:
    """`2026-11-26T03:04:05.000+0000`: whole seconds, as SystemModstamp has them."""
    return _stamp(int(at))


@lru_cache(maxsize=1024)
def _stamp(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
