"""Spoil a body that fits its schema, one place at a time, at whatever depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from yumen.kit.web.openapi import sample

RTL, NUL = "\u202egnp.exe\u2066", "a\0b"
HOSTILE = (
    "'; drop table identity.subject; --",
    "1' or '1'='1",
    RTL,
    NUL,
    "\u0001\u0002\u001b[31m",
    "\ufeff\u200b",
    "../../etc/passwd",
    "{{7*7}}${jndi:ldap://x}",
    "<script>alert(1)</script>",
    "💥" * 40,
    "＇ｏｒ１＝１",
    "%s%n%x",
)
WRONG: dict[str, tuple[object, ...]] = {
    "string": (1, True, ["x"], {"x": 1}, 1.5),
    "date": (1, True, ["x"], {"x": 1}, 1.5),
    "date-time": (True, ["x"], {"x": 1}),  # seconds since 1970 are understood
    "integer": ("one", 1.5, True, [1], {"x": 1}, 10**30, -(10**30)),
    "number": ("one", True, [1], {"x": 1}, 10**400),
    "boolean": ("maybe", 2, [True], {"x": True}),
    "array": ("x", 1, {"x": 1}),
    "object": ("x", 1, ["x"]),
}
MANY = 5000
EDGES: dict[str, tuple[object, ...]] = {
    "date": ("0001-01-01", "9999-12-31"),
    "date-time": ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-12:00", 1, 1.5, 10**30, -(10**15)),
}
"""Moments that exist, and that nobody can reckon with in every zone."""
BEYOND = EDGES["date-time"][:2]
Schema = dict[str, Any]


@dataclass(frozen=True)
class Spoilt:
    """`at` is the place that a refusal must name; None where the value may even be accepted, or any place will do."""

    value: Any
    at: str | None
    refused: bool
    what: str


def plain(schema: Schema, schemas: Schema) -> Schema:
    """The schema without references and without `null`: its first choice, with what is said beside the choices."""
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if schema.get("oneOf"):
        beside = {key: value for key, value in schema.items() if key != "oneOf"}
        return beside | plain(schema["oneOf"][0], schemas)
    if isinstance(kinds := schema.get("type"), list):
        return schema | {"type": next(kind for kind in kinds if kind != "null")}
    return schema


def may_be_null(schema: Schema) -> bool:
    return {"type": "null"} in schema.get("oneOf", ()) or "null" in schema.get("type", ())


def spoil(value: Any, declared: Schema, schemas: Schema, at: str = "") -> Iterator[Spoilt]:
    """`value`, which stands at `at`, with one thing wrong in it or below it."""
    schema = plain(declared, schemas)
    kind = schema.get("type", "string")
    for wrong in WRONG[schema.get("format", kind)]:
        yield Spoilt(wrong, at, True, f"{at} {wrong!r}")
    match kind:
        case "string":
            yield from _strings(schema, at)
        case "integer" | "number":
            bounds = (schema[name] + step for name, step in (("minimum", -1), ("maximum", 1)) if name in schema)
            yield from (Spoilt(bound, at, True, f"{at} {bound}") for bound in bounds)
        case "array":
            yield from _arrays(schema, schemas, at)
        case "object" if "properties" in schema:
            yield from _fields(value, schema, schemas, at)
        case "object":
            yield from _maps(at)


def _strings(schema: Schema, at: str) -> Iterator[Spoilt]:
    strict = "enum" in schema or "const" in schema or "format" in schema
    yield from (
        Spoilt(moment, None, moment in BEYOND, f"{at} {moment}") for moment in EDGES.get(schema.get("format", ""), ())
    )
    if schema.get("format") == "date-time":
        yield Spoilt("2026-05-17T09:30:00", at, True, f"{at} without a zone")
    yield Spoilt("x" * 30_000, at, True, f"{at} over-long")
    for value in HOSTILE:
        yield Spoilt(value, at if strict else None, strict, f"{at} {value!r}")


def _arrays(schema: Schema, schemas: Schema, at: str) -> Iterator[Spoilt]:
    one = sample(schema["items"], schemas)
    yield Spoilt([one] * (schema.get("maxItems", MANY) + 1), at, True, f"{at} many")
    wrong: tuple[Any, ...] = (*HOSTILE, 1, None, [], {})
    for value in wrong:
        yield Spoilt([value], None, True, f"{at}/0 {value!r}")
    if plain(schema["items"], schemas).get("type") == "object":
        for each in spoil(one, schema["items"], schemas, f"{at}/0"):
            yield Spoilt([each.value], each.at, each.refused, each.what)


def _fields(value: Any, schema: Schema, schemas: Schema, at: str) -> Iterator[Spoilt]:
    yield Spoilt({**value, "sneaked_in": 1}, f"{at}/sneaked_in", True, f"{at}/sneaked_in")
    for name, declared in schema["properties"].items():
        place = f"{at}/{name}"
        if name in schema.get("required", ()):
            without = {key: kept for key, kept in value.items() if key != name}
            yield Spoilt(without, place, True, f"{place} missing")
        if not may_be_null(declared):
            yield Spoilt({**value, name: None}, place, True, f"{place} null")
        inner = value[name] if value.get(name) is not None else sample(_given(declared, schemas), schemas)
        for each in spoil(inner, declared, schemas, place):
            yield Spoilt({**value, name: each.value}, each.at, each.refused, each.what)


def _given(declared: Schema, schemas: Schema) -> Schema:
    """What a field holds when it is not left out."""
    return {key: said for key, said in plain(declared, schemas).items() if key != "default"}


def _maps(at: str) -> Iterator[Spoilt]:
    for value in HOSTILE:
        yield Spoilt({"epoch": value}, None, False, f"{at}/* {value!r}")
        yield Spoilt({value: 1}, None, True, f"{at} key {value!r}")
    yield Spoilt({"epoch": 10**400}, None, True, f"{at} huge number")
