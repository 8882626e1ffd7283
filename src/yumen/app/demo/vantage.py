"""The same login for a backend that stands in the mainland, in Hong Kong, in Frankfurt: what the border costs."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from statistics import median
from typing import Final

from yumen.app.demo.shopper import Api, Unexpected
from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechat.records import Person

PLACES: Final = ("mainland", "hongkong", "frankfurt")
LOGINS: Final = 12
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
    gate = asyncio.Semaphore(TOGETHER_MAX)

    async def one(person: Person) -> float | None:
        async with gate:
            code = await wechat.login(appid, person.id)
            started = time.perf_counter()
            try:
                await api.must("POST", "/v1/login", body={"app": appid, "code": code})
            except Unexpected:
                return None
            return (time.perf_counter() - started) * 1000

    asked = [people[number % len(people)] for number in range(LOGINS)]
    times = await asyncio.gather(*(one(person) for person in asked))
    good = [each for each in times if each is not None]
    return Felt(place, median(good or [0.0]), max(good or [0.0]), len(times) - len(good), len(times))
