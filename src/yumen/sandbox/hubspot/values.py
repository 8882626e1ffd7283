"""Judge one value for one property: the text a record keeps of it, or the detail of what is wrong."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from yumen.sandbox.hubspot.records import Property
from yumen.sandbox.hubspot.refusals import detail

_EMAIL: Final = re.compile(r"[^@\s,;\"<>()]+@[^@\s,;\"<>().]+(?:\.[^@\s,;\"<>().]+)+")
_DAY_MS: Final = 86_400_000


class Unfit(ValueError):
    """The value is refused; `detail` says why."""

    def __init__(self, words: str, code: str, name: str) -> None:
        super().__init__(code)
        self.detail = detail(words, code, name)


def fitted(known: Property, value: Any) -> str:
    """The value as it is kept, always text; the empty text clears. Raises Unfit."""
    if value is None or value == "":
        return ""
    text = _as_text(known, value)
    if len(text) > known.length:
        raise Unfit(f"{known.label} is too long: {len(text)} characters, at most {known.length}", "VALUE_TOO_LONG",
                    known.name)  # fmt: skip
    match known.type:
        case "enumeration":
            return _choice(known, text)
        case "number":
            return _number(known, text)
        case "bool":
            return _truth(known, text)
        case "date":
            return _day(known, text)
        case "datetime":
            return _moment(known, text)
    if known.name == "email":
        if not _EMAIL.fullmatch(text.strip()):
            raise Unfit(f"Email address {text} is invalid", "INVALID_EMAIL", known.name)
        return text.strip().lower()
    return text


@lru_cache(maxsize=1024)
def iso(at: float) -> str:
    """`2026-11-26T03:04:05.678Z`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(at * 1000) % 1000:03d}Z"


def _as_text(known: Property, value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise Unfit(f"{known.name} must be a string", "INVALID_STRING", known.name)


def _choice(known: Property, text: str) -> str:
    allowed = {option.value for option in known.options}
    for part in text.split(";") if known.field_type == "checkbox" else [text]:
        if part not in allowed:
            words = f"{part} was not one of the allowed options: {sorted(allowed)}"
            raise Unfit(words, "INVALID_OPTION", known.name)
    return text


def _number(known: Property, text: str) -> str:
    try:
        float(text)
    except ValueError:
        raise Unfit(f"{text} was not a valid number.", "INVALID_NUMBER", known.name) from None
    return text


def _truth(known: Property, text: str) -> str:
    if text.lower() not in {"true", "false"}:
        raise Unfit(f"{text} was not a valid boolean.", "INVALID_BOOLEAN", known.name)
    return text.lower()


def _day(known: Property, text: str) -> str:
    if text.lstrip("-").isdigit() and len(text) < 16:
        if int(text) % _DAY_MS:
            words = f"{text} is at {int(text) % _DAY_MS} milliseconds of the day, not midnight UTC"
            raise Unfit(words, "INVALID_DATE", known.name)
        return datetime.fromtimestamp(int(text) / 1000, UTC).date().isoformat()
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise Unfit(f"{text} was not a valid date.", "INVALID_DATE", known.name) from None


def _moment(known: Property, text: str) -> str:
    try:
        if text.lstrip("-").isdigit() and len(text) < 16:
            return iso(int(text) / 1000)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unfit(f"{text} was not a valid date time.", "INVALID_DATETIME", known.name) from None
    return iso((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
