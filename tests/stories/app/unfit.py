"""Make requests that no caller should send, from what the OpenAPI document says a caller should."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import quote

import msgspec

from yumen.app.openapi import described
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
    "integer": ("one", 1.5, True, [1], {"x": 1}, 10**30, -(10**30)),
    "array": ("x", 1, {"x": 1}),
    "object": ("x", 1, ["x"]),
}


@dataclass(frozen=True)
class Wish:
    """One request. `at` is the place that a refusal must name; None where it may even be accepted."""

    edge: str
    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    raw: bytes | None = None
    raw_query: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    at: str | None = None
    refused: bool = False
    what: str = ""

    @property
    def content(self) -> bytes:
        return self.raw if self.raw is not None else b"" if self.body is None else msgspec.json.encode(self.body)

    @property
    def query_string(self) -> bytes:
        return self.raw_query or "&".join(f"{n}={quote(v, safe='')}" for n, v in self.query.items()).encode()


@dataclass(frozen=True)
class Operation:
    """One method of one route, with everything that can be wrong about it."""

    edge: str
    method: str
    template: str
    described: dict[str, Any]
    schemas: dict[str, Any]

    def parameters(self, place: str) -> list[dict[str, Any]]:
        return [each for each in self.described.get("parameters", ()) if each["in"] == place]

    @property
    def schema(self) -> dict[str, Any] | None:
        content = self.described.get("requestBody", {}).get("content", {}).get("application/json")
        found = None if content is None else content["schema"]
        return None if found is None or "$ref" not in found else self.resolved(found)

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    def fit(self) -> Wish:
        """What the document asks for."""
        path = self.template
        for each in self.parameters("path"):
            path = path.replace(f"{{{each['name']}}}", str(self._value(each)))
        query = {each["name"]: str(self._value(each)) for each in self.parameters("query")}
        body = None if self.schema is None else sample(self.schema, self.schemas)
        kind = next(iter(self.described.get("requestBody", {}).get("content", {})), None)
        headers = () if kind is None else ((b"content-type", kind.encode()),)
        raw = b"{}" if kind is not None and body is None else None
        return Wish(self.edge, self.method, path, query, body, raw, headers=headers, what="fit")

    def _value(self, parameter: dict[str, Any]) -> object:
        schema = self.resolved(parameter["schema"])
        if schema.get("pattern", "").startswith("^wx"):
            return "wx0123456789abcdef"
        return sample(schema, self.schemas) or ("0" if schema.get("type") == "integer" else "")

    def unfit(self) -> Iterator[Wish]:
        yield from self._unfit_paths()
        yield from self._unfit_queries()
        yield from self._unfit_bodies()
        yield from self._unfit_headers()

    def _unfit_paths(self) -> Iterator[Wish]:
        fit = self.fit()
        for each in self.parameters("path"):
            for value in (*HOSTILE, "x" * 3000, "-1", "9" * 40, "\udcff", " ", "%00"):
                path = self.template.replace(f"{{{each['name']}}}", value.replace("/", "-"))
                yield replace(fit, path=path.encode("utf-8", "replace").decode(), refused=True, what=f"path {value!r}")

    def _unfit_queries(self) -> Iterator[Wish]:
        fit = self.fit()
        for each in self.parameters("query"):
            name, schema = each["name"], self.resolved(each["schema"])
            strict = schema["type"] == "integer" or "pattern" in schema
            at = f"#/query/{name}"
            for value in HOSTILE:
                yield replace(
                    fit,
                    query={**fit.query, name: value},
                    at=at if strict else None,
                    refused=strict,
                    what=f"{at} {value!r}",
                )
            longest = replace(fit, query={**fit.query, name: "9" * 3000}, at=at, refused=True, what=f"{at} long")
            yield longest
            for raw in (b"%ff%fe", b"%00", b"%", b"%zz", b"\xff"):
                yield replace(fit, raw_query=name.encode() + b"=" + raw, refused=strict, what=f"{at} {raw!r}")
            yield replace(fit, raw_query=b"&".join([name.encode() + b"=1"] * 400), what=f"{at} repeated")
            if each.get("required"):
                without = {key: value for key, value in fit.query.items() if key != name}
                yield replace(fit, query=without, at=at, refused=True, what=f"{at} missing")

    def _unfit_bodies(self) -> Iterator[Wish]:
        fit, schema = self.fit(), self.schema
        if schema is None:
            return
        body = dict(fit.body)
        yield replace(fit, body={**body, "sneaked_in": 1}, at="/sneaked_in", refused=True, what="unknown field")
        for name, declared in schema["properties"].items():
            field_schema = self.resolved(declared)
            inner = self.resolved(field_schema["oneOf"][0]) if field_schema.get("oneOf") else field_schema
            kind = inner.get("type", "string")
            if name in schema.get("required", ()):
                without = {key: value for key, value in body.items() if key != name}
                yield replace(fit, body=without, at=f"/{name}", refused=True, what=f"/{name} missing")
                yield replace(fit, body={**body, name: None}, at=f"/{name}", refused=True, what=f"/{name} null")
            for value in WRONG[kind]:
                yield replace(fit, body={**body, name: value}, at=f"/{name}", refused=True, what=f"/{name} {value!r}")
            if kind == "string":
                yield replace(
                    fit, body={**body, name: "x" * 30_000}, at=f"/{name}", refused=True, what=f"/{name} over-long"
                )
                for value in HOSTILE:
                    yield replace(fit, body={**body, name: value}, what=f"/{name} {value!r}")
            if kind == "array":
                yield replace(
                    fit, body={**body, name: [body[name][0]] * 5000}, at=f"/{name}", refused=True, what="many"
                )
                for value in (*HOSTILE, 1, None, [], {}):
                    yield replace(fit, body={**body, name: [value]}, refused=True, what=f"/{name}/0 {value!r}")
            if kind == "object" and "properties" not in inner:
                for value in HOSTILE:
                    yield replace(fit, body={**body, name: {"epoch": value}}, what=f"/{name}/* {value!r}")
                    yield replace(fit, body={**body, name: {value: 1}}, refused=True, what=f"/{name} key {value!r}")
                yield replace(fit, body={**body, name: {"epoch": 10**400}}, refused=True, what="huge number")
        yield from (replace(fit, body=None, raw=raw, refused=True, what=what) for what, raw in self._unfit_bytes(body))

    def _unfit_bytes(self, body: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
        fit = msgspec.json.encode(body)
        name = next(iter(self.schema["properties"])).encode()  # type: ignore[index]
        yield "empty", b""
        yield "null", b"null"
        yield "list", b"[]"
        yield "text", b'"x"'
        yield "number", b"1e999"
        yield "NaN", b'{"' + name + b'": NaN}'
        yield "cut short", fit[:-3]
        yield "twice", fit + fit
        yield "not UTF-8", fit[:-1] + b',"\xff\xfe":"\xff"}'
        yield "lone surrogate", b'{"' + name + b'": "\\ud800"}'
        yield "UTF-16", fit.decode().encode("utf-16")
        yield "deep list", b'{"' + name + b'":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
        yield "deep object", b'{"a":' * 10_000 + b"1" + b"}" * 10_000
        yield "huge digits", b'{"' + name + b'":' + b"9" * 20_000 + b"}"
        yield "zeros", b"\0" * 64

    def _unfit_headers(self) -> Iterator[Wish]:
        fit = self.fit()

        def with_(what: str, *headers: tuple[bytes, bytes], refused: bool = False, at: str | None = None) -> Wish:
            kept = tuple(each for each in fit.headers if each[0] not in {name for name, _ in headers})
            return replace(fit, headers=(*kept, *headers), refused=refused, at=at, what=what)

        key, at = b"idempotency-key", "#/headers/Idempotency-Key"
        if self.parameters("header"):
            for value in (b"short", b"x" * 129, b"\xff" * 20, "键".encode() * 6, b"has a space here"):
                yield with_(f"key {value[:9]!r}", (key, value), refused=True, at=at)
        yield with_("huge header", (b"x-padding", b"x" * 20_000), refused=True)
        yield with_("many headers", *((b"x-%d" % number, b"1") for number in range(3000)), refused=True)
        yield with_("length lies", (b"content-length", b"99999999999"), refused=True)
        yield with_("length is no number", (b"content-length", b"-1"), refused=True)
        yield with_("odd language", (b"accept-language", b"\xff\xfe;q=nan, *;q=1e999"))
        yield with_("odd request id", (b"x-request-id", b"\xff'; drop table x; --\t"))
        yield with_("odd accept", (b"accept", b"\xff/\xff"))
        yield with_("odd forwarded", (b"x-forwarded-for", b"\xff, ::gg, " * 90))
        yield with_("odd cookie", (b"cookie", b"\xff=\xff; a; ;;=" * 50))
        if self.schema is not None:
            for kind in (
                b"text/plain",
                b"application/xml",
                b"multipart/form-data",
                b"\xff",
                b"application/json; charset=utf-7",
            ):
                yield with_(f"type {kind!r}", (b"content-type", kind))
            yield with_("compressed", (b"content-encoding", b"gzip"))


@cache
def operations() -> list[Operation]:
    """Every operation of every edge."""
    found = []
    for edge in ("shopper", "staff", "hooks"):
        document = described(edge)
        for path, item in document["paths"].items():
            found += [
                Operation(edge, method.upper(), path, operation, document["components"]["schemas"])
                for method, operation in item.items()
            ]
    return found
