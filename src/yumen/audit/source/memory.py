"""Work on millions of small facts without looking through them for circles again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@contextmanager
def without_collecting() -> Iterator[None]:
    """Facts and values hold no circles, so the collector of circles only costs time while they are made and judged."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            _call_all_old()
            gc.enable()


@cache
def _call_all_old() -> None:
    """What was made meanwhile would count as new, and the collector would look through all of it at once.

    Only the first time: a process that audits again and again must find its garbage. Where a server has put things
    aside for good, they stay there.
    """
    if gc.get_freeze_count() == 0:
        gc.freeze()
        gc.unfreeze()
