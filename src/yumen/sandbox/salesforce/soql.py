"""Read a small, honest part of SOQL: SELECT … FROM … WHERE … ORDER BY … LIMIT … OFFSET; the rest is MALFORMED_QUERY.

Conditions: `=`, `!=`, `<`, `<=`, `>`, `>=`, `IN`, `NOT IN`, `LIKE`, joined by AND, OR, NOT and brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from yumen.sandbox.salesforce.refusals import Refusal

QUERY_MAX: Final = 100_000
DEPTH_MAX: Final = 50
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<moment>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))"
    r"|(?P<date>\d{4}-\d\d-\d\d)|(?P<number>[+-]?\d+(?:\.\d+)?)|(?P<word>[A-Za-z_][\w.]*)"
    r"|(?P<sign>!=|<>|<=|>=|[=<>(),]))"
)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_KEYWORDS: Final = frozenset(("SELECT", "FROM", "WHERE", "ORDER", "BY", "LIMIT", "OFFSET", "AND", "OR", "NOT", "IN"))


@dataclass(frozen=True, slots=True)
class Test:
    """One condition. `value` is a list for IN."""

    field: str
    sign: str
    value: Any
    __test__ = False


@dataclass(frozen=True, slots=True)
class Both:
    """AND or OR of several, or NOT of one."""

    word: str
    parts: tuple[Condition, ...]


Condition = Test | Both


@dataclass(frozen=True, slots=True)
class Query:
    """A query, read. `fields` is empty for `SELECT COUNT()`."""

    fields: tuple[str, ...]
    source: str
    where: Condition | None = None
    order: tuple[tuple[str, bool], ...] = ()
    """Fields with True for descending."""
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text."""

    kind: str
    text: str
    at: int


def parse(text: str) -> Query:
    """Raises Refusal (400 MALFORMED_QUERY)."""
    if len(text) > QUERY_MAX:
        raise Refusal(400, "QUERY_TOO_COMPLICATED", "SOQL statements cannot be longer than 100,000 characters")
    return _Reader(_tokens(text), text).query()


def malformed(text: str, at: int, words: str = "unexpected token") -> Refusal:
    """The refusal of a query, with its place."""
    shown = text[max(0, at - 20) : at + 20]
    return Refusal(400, "MALFORMED_QUERY", f"{shown}\n^\nERROR at Row:1:Column:{at + 1}\n{words}")


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise malformed(text, at)
        found.append(Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        at = match.end()
    return found


class _Reader:
    """Walks over the tokens."""

    def __init__(self, tokens: list[Token], text: str) -> None:
        self.tokens = tokens
        self.text = text
        self.at = 0
        self.depth = 0

    def query(self) -> Query:
        self.want("SELECT")
        fields = self.selected()
        self.want("FROM")
        source = self.name()
        where = self.any_of() if self.take("WHERE") else None
        order = self.ordered() if self.take("ORDER") else ()
        limit = self.whole() if self.take("LIMIT") else None
        offset = self.whole() if self.take("OFFSET") else 0
        if self.at < len(self.tokens):
            raise self.wrong()
        return Query(fields, source, where, order, limit, offset)

    def selected(self) -> tuple[str, ...]:
        if self.word() == "COUNT" and self.sign(1) == "(":
            self.at += 2
            self.want(")")
            return ()
        if self.word() == "FIELDS" and self.sign(1) == "(":
            self.at += 2
            self.name()
            self.want(")")
            return ("*",)
        return tuple(self.listed(self.name))

    def any_of(self) -> Condition:
        return self.joined("OR", self.all_of)

    def all_of(self) -> Condition:
        return self.joined("AND", self.one)

    def joined(self, word: str, part: Callable[[], Condition]) -> Condition:
        parts = [part()]
        while self.take(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Both(word, tuple(parts))

    def one(self) -> Condition:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise self.wrong()
        if self.take("NOT"):
            inner: Condition = Both("NOT", (self.one(),))
        elif self.take("("):
            inner = self.any_of()
            self.want(")")
        else:
            inner = self.test()
        self.depth -= 1
        return inner

    def test(self) -> Test:
        field = self.name()
        if self.take("IN"):
            return Test(field, "IN", self.several())
        if self.take("NOT"):
            self.want("IN")
            return Test(field, "NOT IN", self.several())
        if self.take("LIKE"):
            return Test(field, "LIKE", str(self.value()))
        token = self.peek()
        if token is None or token.kind != "sign" or token.text not in {"=", "!=", "<>", "<", "<=", ">", ">="}:
            raise self.wrong()
        self.at += 1
        return Test(field, "!=" if token.text == "<>" else token.text, self.value())

    def several(self) -> list[Any]:
        self.want("(")
        values = self.listed(self.value)
        self.want(")")
        return values

    def ordered(self) -> tuple[tuple[str, bool], ...]:
        self.want("BY")
        return tuple(self.listed(self.rule))

    def rule(self) -> tuple[str, bool]:
        field = self.name()
        descending = bool(self.take("DESC"))
        if not descending:
            self.take("ASC")
        if self.take("NULLS") and not (self.take("FIRST") or self.take("LAST")):
            raise self.wrong()
        return field, descending

    def listed(self, part: Callable[[], Any]) -> list[Any]:
        found = [part()]
        while self.take(","):
            found.append(part())
        return found

    def value(self) -> Any:
        token = self.peek()
        if token is None:
            raise self.wrong()
        self.at += 1
        if token.kind == "text":
            return _unescaped(token.text[1:-1])
        if token.kind in {"moment", "date"}:
            return token.text
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        if token.text.lower() in {"true", "false", "null"}:
            return {"true": True, "false": False, "null": None}[token.text.lower()]
        self.at -= 1
        raise self.wrong()

    def name(self) -> str:
        token = self.peek()
        if token is None or token.kind != "word" or token.text.upper() in _KEYWORDS:
            raise self.wrong()
        self.at += 1
        return token.text

    def whole(self) -> int:
        token = self.peek()
        if token is None or not token.text.isdigit() or len(token.text) > 9:
            raise self.wrong()
        self.at += 1
        return int(token.text)

    def take(self, word: str) -> bool:
        token = self.peek()
        if token is None or token.kind == "text" or token.text.upper() != word:
            return False
        self.at += 1
        return True

    def want(self, word: str) -> None:
        if not self.take(word):
            raise self.wrong()

    def peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def word(self) -> str:
        token = self.peek()
        return token.text.upper() if token and token.kind == "word" else ""

    def sign(self, ahead: int) -> str:
        at = self.at + ahead
        return self.tokens[at].text if at < len(self.tokens) else ""

    def wrong(self) -> Refusal:
        token = self.peek()
        return malformed(self.text, token.at if token else len(self.text))


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text) if "\\" in text else text
