"""Keys that were opened lately: few enough to bound memory, and forgotten when they are shredded anywhere.

The key database counts shreddings (`tick`). A key is used from here only when that counter was read within the last
`FRESH_S` seconds, so a key shredded by another process is not used longer than that. A key read at a tick older than
the one already seen is not kept: its shredding may have passed unseen.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final

from yumen.kit.ids import SubjectId
from yumen.security.datamap import RetentionClass
from yumen.security.keys.subject_key import SubjectKey

KEYS_MAX: Final = 20_000
FRESH_S: Final = 1.0

Name = tuple[SubjectId, RetentionClass]


class KeyCache:
    """Least recently used keys, newest last."""

    def __init__(self, keys_max: int = KEYS_MAX, fresh_s: float = FRESH_S, timer: Callable[[], float] = time.monotonic):
        self._keys: OrderedDict[Name, SubjectKey] = OrderedDict()
        self._keys_max, self._fresh_s, self._timer = keys_max, fresh_s, timer
        self._checked_at = float("-inf")
        self.tick = 0

    def __len__(self) -> int:
        return len(self._keys)

    def is_fresh(self) -> bool:
        """May keys be used without asking the key database?"""
        return self._timer() - self._checked_at < self._fresh_s

    def start_check(self) -> float:
        """The time to hand to `finish_check`: taken before the question, so that its travel counts."""
        return self._timer()

    def finish_check(self, started_at: float, tick: int, shredded: Iterable[Name] | None) -> None:
        """Forget what was shredded up to `tick`; None means too many to name: forget all."""
        if shredded is None:
            self._keys.clear()
        else:
            for name in shredded:
                self._keys.pop(name, None)
        self.tick = max(self.tick, tick)
        self._checked_at = max(self._checked_at, started_at)

    def find(self, name: Name) -> SubjectKey | None:
        """The key, which becomes the newest."""
        key = self._keys.get(name)
        if key is not None:
            self._keys.move_to_end(name)
        return key

    def keep(self, key: SubjectKey, tick: int) -> None:
        """Remember a key that was read or made when the counter stood at `tick`."""
        if tick < self.tick:
            return
        self._keys[key.subject, key.retention] = key
        self._keys.move_to_end((key.subject, key.retention))
        while len(self._keys) > self._keys_max:
            self._keys.popitem(last=False)

    def forget(self, names: Iterable[Name]) -> None:
        """Drop these at once (shredded by this process)."""
        for name in names:
            self._keys.pop(name, None)
