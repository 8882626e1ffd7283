"""The same login from three places: what was felt is counted honestly, and the backend stands at home again after."""

from __future__ import annotations

from typing import Any

import pytest

from yumen.app.demo.shopper import Unexpected
from yumen.app.demo.vantage import LOGINS, PLACES, compare


class Phone:
    """The sandbox and the shopper API at once: remembers where the backend stood; refuses every third login abroad."""

    def __init__(self, broken: bool = False) -> None:
        self.places: list[str] = []
        self.logins = 0
        self.broken = broken

    async def set_vantage(self, place: str, appid: str) -> None:
        self.places.append(place)

    async def login(self, appid: str, person: str) -> str:
        return f"code-{person}"

    async def must(self, method: str, path: str, token: str = "", body: Any = None) -> None:
        self.logins += 1
        if self.broken:
            raise ConnectionError
        if self.places[-1] == "frankfurt" and self.logins % 3 == 0:
            raise Unexpected("POST /v1/login", 503, b"")


class Somebody:
    id = "p1"


async def test_every_place_is_tried_as_often_and_failures_are_told() -> None:
    phone = Phone()
    felt = await compare(phone, phone, "wx0", [Somebody()])  # type: ignore[arg-type, list-item]
    assert [each.place for each in felt] == list(PLACES)
    assert all(each.logins == LOGINS for each in felt)
    assert [each.failed > 0 for each in felt] == [False, False, True]
    assert felt[0].median_ms < felt[2].median_ms, "Frankfurt is farther"
    assert phone.places[-1] == "none"


async def test_the_backend_stands_at_home_again_also_after_a_failure() -> None:
    phone = Phone(broken=True)
    with pytest.raises(ConnectionError):
        await compare(phone, phone, "wx0", [Somebody()])  # type: ignore[arg-type, list-item]
    assert phone.places == ["mainland", "none"]
