"""Refuse what is said twice: a parameter of the query, a field of a JSON body. Nobody can know which one was meant.

Parsers differ in which of two they keep, so what a balancer judged need not be what the route reads (RFC 8259, 4).
"""

from __future__ import annotations

import json
import re
from typing import Final
from urllib.parse import unquote_plus

from yumen.kit.errors import Code

REPEATED: Final = Code("request.repeated", 400)

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")


class _Twice(Exception):
    """Somewhere in a body a name stands twice."""


class _Fields(list[tuple[str, object]]):
    """An object as it was written, told apart from a list."""


def check_query(query: bytes) -> None:
    """No parameter of ours is a list. Raises `request.repeated` with its name."""
    if b"&" not in query:
        return
    names = [unquote_plus(part.partition("=")[0]) for part in query.decode("latin-1").split("&") if part]
    twice = _first_twice(names)
    if twice is not None:
        raise REPEATED(at=f"#/query{_step(twice)}")


def check_body(body: bytes) -> None:
    """Raises `request.repeated` with the place. What is no JSON at all is for the route's own decoder to tell."""
    try:
        json.loads(body, object_pairs_hook=_single, parse_int=str, parse_float=str)
    except _Twice:
        written = json.loads(body, object_pairs_hook=_Fields, parse_int=str, parse_float=str)
        raise REPEATED(at=_place(written)) from None
    except (ValueError, RecursionError):
        return


def _single(fields: list[tuple[str, object]]) -> None:
    if len({name for name, _ in fields}) < len(fields):
        raise _Twice


def _place(value: object) -> str | None:
    """Where the first name stands twice, as a JSON pointer; None below this value nowhere."""
    if not isinstance(value, list):
        return None
    steps = [name for name, _ in value] if isinstance(value, _Fields) else [str(index) for index in range(len(value))]
    inside = [inner for _, inner in value] if isinstance(value, _Fields) else value
    twice = _first_twice(steps)
    if twice is not None:
        return _step(twice)
    below = ((step, _place(inner)) for step, inner in zip(steps, inside, strict=True))
    return next((_step(step) + place for step, place in below if place is not None), None)


def _first_twice(names: list[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _step(name: str) -> str:
    """One step of a pointer; a name that holds anything odd is left out."""
    return f"/{name}" if _NAME.fullmatch(name) else ""
