"""Read single values of a bill: yuan with a point, counts, Beijing times.

Prices, fees and seconds come again and again in a bill, so what was read last is kept, in bounded memory.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Final, NewType

from yumen.kit.clock import SHANGHAI

Fen = NewType("Fen", int)
MilliFen = NewType("MilliFen", int)
"""Thousandths of a fen: fees have five digits behind the point of a yuan."""

_FEN: Final = re.compile(r"-?[0-9]{1,13}\.[0-9]{2}", re.ASCII)
_MILLI: Final = re.compile(r"(-?)([0-9]{1,13})\.([0-9]{2,5})", re.ASCII)
_COUNT: Final = re.compile(r"([0-9]{1,12})(\.0+)?", re.ASCII)
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", re.ASCII)
KEPT_MAX: Final = 16_384


class BadValue(ValueError):
    """A value of a bill that is not what its column holds."""


@lru_cache(KEPT_MAX)
def fen(text: str) -> Fen:
    """`123.45` yuan. Raises BadValue."""
    if not _FEN.fullmatch(text):
        raise BadValue("not an amount")
    return Fen(int(text.replace(".", "")))


@lru_cache(KEPT_MAX)
def milli_fen(text: str) -> MilliFen:
    """`0.74000` yuan, two to five digits behind the point. Raises BadValue."""
    found = _MILLI.fullmatch(text)
    if found is None:
        raise BadValue("not a fee")
    sign, yuan, rest = found.groups()
    return MilliFen(int(f"{sign}{yuan}{rest:0<5}"))


def count(text: str) -> int:
    """`29`, or `29.0` from a file that went through a spreadsheet. Raises BadValue."""
    found = _COUNT.fullmatch(text)
    if found is None:
        raise BadValue("not a count")
    return int(found[1])


@lru_cache(KEPT_MAX)
def moment(text: str) -> datetime:
    """`2026-11-23 09:01:12`, Beijing time. Raises BadValue."""
    if not _TIME.fullmatch(text):
        raise BadValue("not a time")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise BadValue("not a time") from None
