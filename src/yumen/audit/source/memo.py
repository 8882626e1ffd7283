"""Answers about values, each worked out once; a question that comes back to itself has no answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from yumen.audit.source.context import Context

DEPTH_MAX: Final = 60
"""Questions inside questions."""

T = TypeVar("T")
Question = tuple[int, int, Context | None]
"""File, number of the value, context."""


class Memo(Generic[T]):
    """`known` may be looked into before `ask` is called."""

    def __init__(self) -> None:
        self.known: dict[Question, tuple[T, ...]] = {}
        self.depth = 0

    def forget(self) -> None:
        """All answers, and how deep a question was that broke off."""
        self.known.clear()
        self.depth = 0

    def ask(
        self, question: Question, answer: Callable[[int, int, Context | None], Sequence[T]], most: int
    ) -> tuple[T, ...]:
        """Each part of the answer once, at most so many; value 0 is nothing."""
        if question[1] == 0 or self.depth > DEPTH_MAX:
            return ()
        self.known[question] = ()
        self.depth += 1
        told = answer(*question)
        found = tuple(told) if len(told) < 2 else tuple(dict.fromkeys(told))[:most]
        self.depth -= 1
        self.known[question] = found
        return found
