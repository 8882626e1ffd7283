"""What is told on of what was heard abroad. Ids and codes only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RightRequestedAbroad:
    """Somebody asked the recipient for what is theirs (PIPL art. 44 to 50); the handler here must answer it."""

    handler: int
    subject: int
    right: str
    source: str
    heard: str
