"""Make requests that no caller should send, from what the OpenAPI document says a caller should."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import quote

import msgspec

from tests.stories.app.spoilt import HOSTILE, plain, spoil
from yumen.app.openapi import described
from yumen.kit.web.openapi import sample

FITTING = ("velvet", "earning", "wx0123456789abcdef", "1900000001", "1ab21d83" * 8, "1ab21d83" * 4)
"""For parameters that show no example: the first of these that fits is sent."""


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
        return plain(schema, self.schemas)

    def fit(self) -> Wish:
        """What the document asks for."""
        query = {each["name"]: self._value(each) for each in self.parameters("query")}
        body = None if self.schema is None else sample(self.schema, self.schemas)
        kind = next(iter(self.kinds), None)
        headers = () if kind is None else ((b"content-type", kind.encode()),)
        raw = b"{}" if kind is not None and body is None else None
        return Wish(self.edge, self.method, self._path(), query, body, raw, headers=headers, what="fit")

    @property
    def kinds(self) -> list[str]:
        """The media types of its body."""
        return list(self.described.get("requestBody", {}).get("content", {}))

    def _path(self, **other: str) -> str:
        path = self.template
        for each in self.parameters("path"):
            name = each["name"]
            path = path.replace(f"{{{name}}}", other[name] if name in other else self._value(each))
        return path

    def _value(self, parameter: dict[str, Any]) -> str:
        schema = self.resolved(parameter["schema"])
        value = sample(schema, self.schemas)
        if schema["type"] == "string":
            return value if value is not None else next(word for word in FITTING if re.search(schema["pattern"], word))
        return msgspec.json.encode(value).decode()

    def unfit(self) -> Iterator[Wish]:
        yield from self._unfit_paths()
        yield from self._unfit_queries()
        yield from self._unfit_bodies()
        yield from self._unfit_raw()
        yield from self._unfit_headers()

    def _unfit_paths(self) -> Iterator[Wish]:
        fit = self.fit()
        for each in self.parameters("path"):
            pattern = self.resolved(each["schema"]).get("pattern", "$.")
            for value in (*HOSTILE, "x" * 3000, "-1", "9" * 40, "\udcff", " ", "%00"):
                sent = value.replace("/", "-").encode("utf-8", "replace").decode()
                path, refused = self._path(**{each["name"]: sent}), re.search(pattern, sent) is None
                yield replace(fit, path=path, refused=refused, what=f"path {value!r}")

    def _unfit_queries(self) -> Iterator[Wish]:
        fit = self.fit()
        for each in self.parameters("query"):
            name, schema = each["name"], self.resolved(each["schema"])
            strict = schema["type"] in {"integer", "boolean"} or "pattern" in schema or "enum" in schema
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
        for each in spoil(fit.body, schema, self.schemas):
            yield replace(fit, body=each.value, at=each.at, refused=each.refused, what=each.what)
        for what, raw in self._unfit_bytes(fit.body):
            yield replace(fit, body=None, raw=raw, refused=True, what=what)

    def _unfit_raw(self) -> Iterator[Wish]:
        """Bytes for a route that reads its body itself: a file of lines may be wrong line by line, all else at once."""
        fit, refused = self.fit(), "text/csv" not in self.kinds
        if fit.raw is None:
            return
        yield replace(fit, raw=b"", refused=True, what="empty")
        for value in HOSTILE:
            yield replace(fit, raw=value.encode(), refused=refused, what=f"raw {value!r}")
        for raw in (b"\0" * 64, b"\xff\xfe" * 99, b"x" * 300_000, b",\n" * 30_000, b'"' * 9_999, b"[" * 20_000):
            yield replace(fit, raw=raw, refused=refused, what=f"raw {raw[:4]!r}…")

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
