"""Names for things: prefixed and time-ordered outside, dense numbers inside.

An outside id is `prefix_` and 26 characters of Crockford base32 (48 bits of milliseconds, 80 random bits), so that
it sorts by birth and cannot be guessed.
"""

from __future__ import annotations

import os
import re
import time
from typing import Final, NewType

SubjectId = NewType("SubjectId", int)
"""The natural person, dense (`identity.subject.id`); outside it is written `sub_…`."""
HandlerId = NewType("HandlerId", int)
"""The legal entity that decides (PIPL 个人信息处理者)."""
BrandId = NewType("BrandId", int)
AppKey = NewType("AppKey", int)
"""One `appid` of one brand (mini-program, official account, WeCom)."""

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_SHAPE: Final = re.compile(rf"[a-z]{{2,5}}_[{ALPHABET}]{{26}}")


def new_id(prefix: str) -> str:
    """A new outside id, `prefix_` + 26 characters; ids made later sort later (to the millisecond)."""
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    return f"{prefix}_{_base32(number)}"


def is_id(text: str, prefix: str) -> bool:
    """Has this text the shape of an outside id with that prefix?"""
    return text.startswith(f"{prefix}_") and _SHAPE.fullmatch(text) is not None


_PAIRS: Final = [first + second for first in ALPHABET for second in ALPHABET]


def _base32(number: int) -> str:
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
