"""Look for cycles of garbage seldom, and not among what a server has loaded and keeps for as long as it lives."""

from __future__ import annotations

import gc
from typing import Final

YOUNG_MAX: Final = 10_000
"""Objects made, and not freed yet, before the young are looked through. Python's 700 are less than a request."""
ROUNDS: Final = 20


def collect_seldom() -> None:
    """Once, when everything is loaded. What was loaded is never looked through again."""
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, ROUNDS, ROUNDS)
