"""The third act: members cross the border into two systems of headquarters; one is held, some refused, one taken back.

So that a line is seen, flows outside the gate are declared until the year's room is one person less than want to cross:
the meter then holds the last of them. The demo asks the gate why, as headquarters would, and gets codes.
"""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from yumen.app.demo.cast import Part
from yumen.app.demo.desk import draw_near, source_of, until
from yumen.app.demo.errands import Bought
from yumen.app.demo.headquarters import Headquarters
from yumen.app.demo.shopkeeper import Shopkeeper
from yumen.app.demo.shopper import Api
from yumen.app.up import Running

SYSTEMS: Final = ("salesforce", "hubspot")
HELD_FROM: Final = 3
"""With fewer people who want to cross, none is held."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """What became of the members: how many wanted to cross, were held; who was refused, by code.

    `arrived` counts in each system everybody who bought today, also whoever should not be there.

    `booked`, `declared` and `most` are the meter: persons through the gate, persons declared beside it, the last who
    may pass.
    """

    wanted: int
    arrived: Mapping[str, int]
    held: int
    refused: Mapping[str, int]
    recalled: bool
    booked: int
    declared: int
    most: int

    @property
    def good(self) -> bool:
        """Everybody who may be there is, nobody else, and who took the yes back is gone."""
        expected = self.wanted - self.held
        held = 1 if self.wanted >= HELD_FROM else 0
        return self.recalled and self.held == held and all(count == expected for count in self.arrived.values())


@dataclass(frozen=True, slots=True)
class Border:
    """Where the members cross: our staff, headquarters, and the house for what is done at the desk."""

    running: Running
    api: Api
    keeper: Shopkeeper
    hq: Headquarters

    async def cross(self, bought: list[Bought]) -> Crossed:
        """Sign the contracts, draw the line near, watch arrivals, let one take the yes back. Raises TimeoutError."""
        await self.hq.prepare(self.running)
        numbers = {one.buyer.visitor.subject: await self._number(one) for one in bought}
        willing = [one for one in bought if one.buyer.part is Part.WILLING]
        room = len(willing) - (1 if len(willing) >= HELD_FROM else 0)
        drawn = await draw_near(self.running, self.keeper, len(willing), room)
        await self.sign(drawn.in_force)
        wanted = {numbers[one.buyer.visitor.subject] for one in willing}
        arrived = await self._until_arrived(wanted, room)
        said = {number: await self._why(number) for number in numbers.values()}
        outlook = await self.keeper.ask("GET", "/gateway/outlook")
        general = next(one for one in outlook["items"] if one["counter"] == "general")
        leaver = next(one for one in reversed(willing) if numbers[one.buyer.visitor.subject] in arrived["salesforce"])
        return Crossed(
            wanted=len(wanted),
            arrived={system: len(found & set(numbers.values())) for system, found in arrived.items()},
            held=sum(code == "export.general_full" for code in said.values()),
            refused=Count(code for number, code in said.items() if number not in wanted),
            recalled=await self._take_back(leaver, numbers[leaver.buyer.visitor.subject]),
            booked=general["booked"],
            declared=general["adjusted"],
            most=drawn.most,
        )

    async def _number(self, one: Bought) -> str:
        card = await self.api.must("GET", "/v1/loyalty/card", one.buyer.visitor.token)
        return str(card["number"])

    async def sign(self, in_force: frozenset[str]) -> None:
        """Bring both contracts through four eyes, once; at a later start everybody is looked at again."""
        for system in SYSTEMS:
            contract = f"members-{system}"
            if contract in in_force:
                await self.keeper.ask("POST", f"/gateway/connections/{contract}/resync")
                continue
            proposed = await self.keeper.ask("POST", "/gateway/contracts", {"source": source_of(system)})
            await self.keeper.approve(proposed["approval"])
            body = {"version": 1, "approval_id": proposed["approval"]}
            await self.keeper.ask("POST", f"/gateway/contracts/{contract}/enforce", body)

    async def _until_arrived(self, wanted: set[str], expected: int) -> Mapping[str, set[str]]:
        found: Mapping[str, set[str]] = {}

        async def all_there() -> bool:
            nonlocal found
            found = {"salesforce": await self.hq.contacts(), "hubspot": await self.hq.people()}
            return all(len(there & wanted) >= expected for there in found.values())

        await until(all_there, "arrivals")
        return found

    async def _why(self, number: str) -> str:
        """The gate's answer to headquarters: the newest code of the first contract."""
        answer = await self.keeper.ask("POST", "/gateway/explain", {"external_id": number})
        return next((one["code"] for one in answer["lines"] if one["about"] == "transfer"), "")

    async def _take_back(self, leaver: Bought, number: str) -> bool:
        """The member takes the yes to the transfer back; both systems must have lost them, as read back from there."""
        await leaver.buyer.visitor.withdraw("export")

        async def gone() -> bool:
            there = await self.hq.contacts() | await self.hq.people()
            recalls = (await self.keeper.ask("GET", "/gateway/recalls"))["items"]
            return number not in there and not recalls

        try:
            await until(gone, "recall")
        except TimeoutError:
            return False
        return True
