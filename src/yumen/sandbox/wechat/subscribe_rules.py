"""What the `data` of a subscribe message may hold: each key is a type and a number, each type has its rule."""

from __future__ import annotations

import re
from typing import Final

_RULES: Final[dict[str, str]] = {
    "thing": r".{1,20}",
    "number": r"[0-9.]{1,32}",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[!-~]{1,32}",
    "time": r"[0-9年月日:\-/. ~]*[0-9]{1,2}:[0-9]{2}[0-9年月日:\-/. ~]*",
    "date": r"[0-9]{4}[年\-/.][0-9]{1,2}[月\-/.][0-9]{1,2}日?[0-9年月日:\-/. ~]*",
    "amount": r"[¥￥$€£]?[0-9]{1,10}(\.[0-9]+)?元?",
    "phone_number": r"[0-9+\-() ]{1,17}",
    "car_number": r".{1,8}",
    "name": r"[一-鿿]{1,10}|[A-Za-z .'-]{1,20}",
    "phrase": r"[一-鿿]{1,5}",
    "enum": r".{1,20}",
}
_TYPES: Final = {kind: re.compile(rule) for kind, rule in _RULES.items()}
_KEY: Final = re.compile(r"([a-z_]+?)([0-9]{1,2})")


def is_key(key: str) -> bool:
    """Is it a type we know, and a number?"""
    found = _KEY.fullmatch(key)
    return found is not None and found[1] in _TYPES


def fits(key: str, value: str) -> bool:
    """May the value stand under that key? No line breaks, no control characters, not empty."""
    found = _KEY.fullmatch(key)
    if found is None or found[1] not in _TYPES or any(ord(sign) < 32 or ord(sign) == 127 for sign in value):
        return False
    return _TYPES[found[1]].fullmatch(value) is not None
