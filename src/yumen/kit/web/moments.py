"""Moments that callers send: PostgreSQL keeps the year 10000, and Python cannot read it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from yumen.kit.web.problems import INVALID

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2999


def check_moments(moments: Mapping[str, date | None]) -> None:
    """Each moment or day by its place in the body. Raises `request.invalid` outside the years 1970 to 2999."""
    for place, moment in moments.items():
        if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise INVALID(at=place)
