"""Who does what in the demo: every made-up shopper has a part, so that each of its steps is seen at least once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from yumen.app.demo.shopper import Api, Visitor
from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechat.records import Person

TOGETHER_MAX: Final = 6
WAIT_MAX, WAIT_S = 300, 0.1
UNKNOWN_TOKEN: Final = 401


REGIONS: Final = {
    "上海市": "CN-SH",
    "北京市": "CN-BJ",
    "广东省": "CN-GD",
    "浙江省": "CN-ZJ",
    "江苏省": "CN-JS",
    "四川省": "CN-SC",
    "湖北省": "CN-HB",
    "陕西省": "CN-SN",
    "辽宁省": "CN-LN",
    "云南省": "CN-YN",
}
"""ISO 3166-2 codes of the provinces that made-up people live in."""


class Part(StrEnum):
    """What a shopper is here to show."""

    WILLING = "willing"
    """Says yes to profile and marketing, and separately to the transfer to headquarters."""
    RESERVED = "reserved"
    """Says no to everything; account, login and phone work all the same: they rest on the contract."""
    CHANGING = "changing"
    """Says yes to marketing and takes it back."""
    REVOKING = "revoking"
    """Takes the phone number back in WeChat; it is deleted here."""
    STAYING = "staying"
    """Says yes to profile and marketing, and no to the transfer abroad: stays in China, and loses nothing here."""
    LEAVING = "leaving"
    """Closes the WeChat account; everything of the membership class is erased and its key destroyed."""


GIVEN: Final = {
    Part.WILLING: {"profile", "marketing", "export"},
    Part.RESERVED: set(),
    Part.CHANGING: {"profile", "marketing"},
    Part.REVOKING: {"profile"},
    Part.STAYING: {"profile", "marketing"},
    Part.LEAVING: {"profile"},
}


@dataclass(slots=True)
class Played:
    """A shopper after the first act."""

    person: Person
    part: Part
    visitor: Visitor
    openid: str
    phone_masked: str = ""
    profile_refused: bool = False
    receipts: list[str] = field(default_factory=list)


def part_of(number: int) -> Part:
    """Each part comes once among the first six, then mostly the willing and the reserved."""
    parts = list(Part)
    return parts[number] if number < len(parts) else (Part.WILLING, Part.WILLING, Part.RESERVED)[number % 3]


async def play(api: Api, wechat: Admin, appid: str, people: list[Person], told: Callable[[int], None]) -> list[Played]:
    """Everybody's visit, a few at a time; `told` hears how many are through."""
    gate, through = asyncio.Semaphore(TOGETHER_MAX), 0

    async def one(number: int, person: Person) -> Played:
        nonlocal through
        async with gate:
            played = await _visit(api, wechat, appid, person, part_of(number))
        through += 1
        told(through)
        return played

    return await asyncio.gather(*(one(number, person) for number, person in enumerate(people)))


async def _visit(api: Api, wechat: Admin, appid: str, person: Person, part: Part) -> Played:
    visitor = Visitor(api, wechat, appid, person.id)
    await visitor.log_in()
    await visitor.answer_notices(GIVEN[part])
    await visitor.share_phone()
    status, _ = await visitor.fill_profile(person.nickname, person.birthday, REGIONS.get(person.province, "CN-SH"))
    if part is Part.CHANGING:
        await visitor.withdraw("marketing")
    await visitor.log_in()
    profile = await api.must("GET", "/v1/profile", visitor.token)
    openid = (await wechat.member(appid, person.id)).openid
    receipts = [line["receipt"]["record_id"] for line in await visitor.receipts()]
    return Played(person, part, visitor, openid, profile["phone_masked"] or "", status == 403, receipts)


async def leave(api: Api, wechat: Admin, appid: str, played: list[Played]) -> None:
    """The second act: WeChat pushes what people took back there, and it is gone here a moment later."""
    for each in played:
        if each.part is Part.REVOKING:
            await wechat.revoke(appid, each.person.id, "8")
        if each.part is Part.LEAVING:
            await wechat.cancel(each.person.id)
    for each in played:
        if each.part is Part.REVOKING:
            await _until_gone(api, each, "phone_masked")
        if each.part is Part.LEAVING:
            await _until_logged_out(api, each)


async def _until_gone(api: Api, each: Played, name: str) -> None:
    for _ in range(WAIT_MAX):
        if (await api.must("GET", "/v1/profile", each.visitor.token))[name] is None:
            return
        await asyncio.sleep(WAIT_S)
    raise TimeoutError(name)


async def _until_logged_out(api: Api, each: Played) -> None:
    for _ in range(WAIT_MAX):
        if (await api.ask("GET", "/v1/me", each.visitor.token))[0] == UNKNOWN_TOKEN:
            return
        await asyncio.sleep(WAIT_S)
    raise TimeoutError("session")
