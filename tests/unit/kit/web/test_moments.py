"""A moment that nobody can reckon with is refused where it stands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from yumen.kit.errors import Problem
from yumen.kit.web.moments import check_moments


@pytest.mark.parametrize("year", [1, 1969, 3000, 9999])
def test_a_moment_beyond_reckoning_is_refused_with_its_place(year: int) -> None:
    with pytest.raises(Problem) as refused:
        check_moments({"/from_at": None, "/until_at": datetime(year, 6, 1, tzinfo=UTC)})
    assert (refused.value.code.name, refused.value.at) == ("request.invalid", "/until_at")


@pytest.mark.parametrize("year", [1970, 2026, 2999])
def test_a_moment_of_our_time_passes(year: int) -> None:
    check_moments({"/from_at": datetime(year, 6, 1, tzinfo=UTC)})
