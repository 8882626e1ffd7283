"""What consent tells others. Ids and codes only; `answer` is the receipt's id."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConsentGranted:
    handler: int
    subject: int
    purpose: str
    answer: str


@dataclass(frozen=True, slots=True)
class ConsentRefused:
    handler: int
    subject: int
    purpose: str
    answer: str


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    handler: int
    subject: int
    purpose: str
    answer: str
