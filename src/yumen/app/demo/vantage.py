"""The same login for a backend that stands in the mainland, in Hong Kong, in Frankfurt: what the border costs.

Both roads are made longer: the phone's to the backend (a new connection, as at the start of a mini-program) and the
backend's to WeChat. The sandbox adds the second; the first is waited for here, by the same table of figures.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from random import Random
from statistics import median
from typing import Final

from yumen.app.demo.shopper import Api, Unexpected
from yumen.kit.clock import SHANGHAI, real_now
from yumen.sandbox.kit.vantage import VANTAGES, travel
from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechat.records import Person

PLACES: Final = ("mainland", "hongkong", "frankfurt")
LOGINS: Final = 12
LOGIN_BYTES: Final = 6_000
"""A login and the TLS handshake before it, both ways together."""
TOGETHER_MAX: Final = 4


@dataclass(frozen=True, slots=True)
class Felt:
    """What shoppers felt with a backend at that place, in milliseconds; `failed` of `logins` were refused or lost."""

    place: str
    median_ms: float
    slowest_ms: float
    failed: int
    logins: int


async def compare(api: Api, wechat: Admin, appid: str, people: list[Person]) -> list[Felt]:
    """Let the same people log in with the backend at each place; afterwards it stands at home again."""
    felt = []
    try:
        for place in PLACES:
            await wechat.set_vantage(place, appid)
            felt.append(await _feel(api, wechat, appid, people, place))
    finally:
        await wechat.set_vantage("none", appid)
    return felt


async def _feel(api: Api, wechat: Admin, appid: str, people: list[Person], place: str) -> Felt:
    gate, dice = asyncio.Semaphore(TOGETHER_MAX), Random(place)  # noqa: S311 - a simulated road, no secret
    hour = real_now().astimezone(SHANGHAI).hour

    async def one(person: Person) -> float | None:
        async with gate:
            code = await wechat.login(appid, person.id)
            started = time.perf_counter()
            road = travel(VANTAGES[place], LOGIN_BYTES, dice, new_connection=True, beijing_hour=hour)
            await asyncio.sleep(road.added_s)
            try:
                await api.must("POST", "/v1/login", body={"app": appid, "code": code})
            except Unexpected:
                return None
            return (time.perf_counter() - started) * 1000

    asked = [people[number % len(people)] for number in range(LOGINS)]
    times = await asyncio.gather(*(one(person) for person in asked))
    good = [each for each in times if each is not None]
    return Felt(place, median(good or [0.0]), max(good or [0.0]), len(times) - len(good), len(times))
