"""Say what went wrong as a code, so that every edge and every language can tell it in its own words.

An expected failure is a `Problem` with a `Code`; the edge turns it into RFC 9457 problem+json once. A failure of
a call to somebody else is one of three: `NotSent`, `Rejected`, `Unsettled`; they decide what may be done next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

Fact = str | int


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem: a dotted name and the HTTP status it answers with. Texts live in `locales/`."""

    name: str
    status: int

    declared: ClassVar[dict[str, Code]] = {}

    def __post_init__(self) -> None:
        known = Code.declared.setdefault(self.name, self)
        if known.status != self.status:
            raise ValueError(f"code {self.name} is declared with statuses {known.status} and {self.status}")

    def __call__(self, at: str | None = None, **facts: Fact) -> Problem:
        """Make the problem, to be raised. `at` is a JSON pointer into the request (`/phone`)."""
        return Problem(self, at, facts)


class Problem(Exception):
    """An expected failure. `facts` fill the placeholders of the text and never hold a personal value."""

    def __init__(self, code: Code, at: str | None, facts: Mapping[str, Fact]) -> None:
        super().__init__(code.name)
        self.code = code
        self.at = at
        self.facts = facts

    def __str__(self) -> str:
        place = f" at {self.at}" if self.at else ""
        facts = "".join(f" {name}={value}" for name, value in self.facts.items())
        return f"{self.code.name}{place}{facts}"


class _Outgoing(Exception):
    """What became of a call to somebody else. `code` is ours, `upstream` is the code they gave, if any."""

    def __init__(self, code: str, upstream: str = "", **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.upstream = upstream
        self.facts: Mapping[str, Fact] = facts

    def __str__(self) -> str:
        return f"{self.code} {self.upstream}".strip()


class NotSent(_Outgoing):
    """The recipient has not acted: it may be sent again."""


class Rejected(_Outgoing):
    """The recipient refused: sending the same again is useless."""


class Unsettled(_Outgoing):
    """Nobody knows whether the recipient acted: ask before sending again."""
