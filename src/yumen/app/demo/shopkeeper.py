"""The brand's two people: they fill the shop, set the club's rules with four eyes, pay back, compare the bill.

They are admitted once, from the command line as in earnest; what they do they do by the staff API with keys of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import aiohttp

from yumen.app.demo.premises import Premises, keep
from yumen.app.demo.shopper import Api
from yumen.app.first_staff import admit_first
from yumen.app.up import Running
from yumen.app.wiring import SYSTEM, furnished
from yumen.customer import catalog, identity
from yumen.kit.clock import real_now
from yumen.kit.work import Actor, ActorKind

BRAND: Final = "velvet"
NAMES: Final = ("Made-up Manager", "Made-up Deputy")
KEY_DAYS: Final = 90
ROLES: Final = ("operator", "compliance")
RULES_START: Final = timedelta(days=1)
"""The club's first rules hold from yesterday on, so that they hold whatever the clocks."""

EARNING: Final = {"points": 1, "per_fen": 100, "first_purchase_points": 50, "tiers": {"gold": 150}}
TIERS: Final = {"ladder": [{"code": "silver", "threshold_points": 200}, {"code": "gold", "threshold_points": 2_000}]}
CARRIERS: Final = ("SF", "YTO")
COUPON: Final = {"kind": "amount", "amount_fen": 2_000, "minimum_spend_fen": 5_000}


@dataclass(frozen=True, slots=True)
class Shopkeeper:
    """Two people at the staff API: `first` acts, `second` approves."""

    api: Api
    first: str
    second: str

    async def set_rules(self) -> None:
        """How points are earned and what lifts a member; nothing where rules hold already."""
        await self._adopt("earning", EARNING)
        await self._adopt("tiers", TIERS)

    async def coupon_code(self) -> str:
        """A fresh code for 20 yuan off; the coupon is defined when there is none yet."""
        page = await self.ask("GET", "/coupons")
        terms = next((each["id"] for each in page["items"] if each["closed_at"] is None), None)
        if terms is None:
            now = real_now()
            window = {"starts_at": now - RULES_START, "ends_at": now + timedelta(days=3_650)}
            made = await self.ask("POST", "/coupons", {"terms": COUPON, "valid_days": 30, **window})
            terms = made["id"]
        codes: list[str] = (await self.ask("POST", f"/coupons/{terms}/codes", {"count": 1}))["codes"]
        return codes[0]

    async def pay_back(self, order: str) -> None:
        """One piece of the first line, as goodwill."""
        body = {"cause": "goodwill", "lines": [{"number": 1, "quantity": 1}], "restock": True}
        await self.ask("POST", f"/orders/{order}/refund", body)

    async def ship(self, order: str, number: int, parcels: int) -> None:
        """Send the order in so many parcels, one piece in each but the last; 顺丰 and 圆通 take turns."""
        for place in range(parcels):
            carrier, last = CARRIERS[(number + place) % len(CARRIERS)], place == parcels - 1
            body = {
                "carrier": carrier,
                "tracking_no": f"{carrier}{number:06d}{place:06d}",
                "lines": [] if parcels == 1 else [{"number": 1, "quantity": 1}],
                "more_follow": not last,
            }
            await self.ask("POST", f"/orders/{order}/ship", body)

    async def compare(self, mchid: str, day: date) -> Any:
        """The day's bill with the ledger; answers `rows` and `differences`."""
        return await self.ask("POST", "/bills/compare", {"mchid": mchid, "day": day})

    async def _adopt(self, kind: str, body: object) -> None:
        versions = await self.ask("GET", f"/loyalty/programs/{kind}")
        if any(each["adopted_at"] for each in versions["items"]):
            return
        starts_at = real_now() - RULES_START
        proposed = await self.ask("POST", f"/loyalty/{kind}", {kind: body, "starts_at": starts_at})
        approval = proposed["approval_id"]
        await self.approve(approval)
        await self.ask("POST", f"/loyalty/programs/{kind}/{proposed['version']}/adopt", {"approval_id": approval})

    async def approve(self, approval: str) -> None:
        """The second person says yes."""
        await self.api.must("POST", f"/staff/v1/approvals/{approval}/approve", self.second)

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """One request of the first person at the staff API. Raises Unexpected."""
        return await self.api.must(method, f"/staff/v1{path}", self.first, body)


async def hire(premises: Premises, running: Running, session: aiohttp.ClientSession) -> Shopkeeper:
    """The two people, admitted at the first start; their keys lie among the secrets of the demo."""
    keys = []
    for number, name in enumerate(NAMES, 1):
        file = premises.folder / "secrets" / f"staff-key-{number}"
        if not file.exists():
            _, key = await admit_first(running.settings, BRAND, name, ROLES, KEY_DAYS)
            keep(file, key)
        keys.append(file.read_text(encoding="utf-8"))
    return Shopkeeper(Api(session, running.settings.server.staff_url), *keys)


async def fill_shelves(running: Running) -> int:
    """Put the made-up goods up, once; answers how many products there are."""
    async with furnished(running.settings, running.databases) as house:
        async with house.work.begin(SYSTEM) as uow:
            handler = (await identity.handlers.numbers(uow.conn))[BRAND]
        async with house.work.begin(Actor(ActorKind.SYSTEM, "cli", handler)) as uow:
            return await catalog.seed.sow(uow, BRAND)
