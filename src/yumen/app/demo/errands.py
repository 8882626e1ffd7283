"""The second act: some of the shoppers buy, each with an errand, so that every turn of a purchase is seen once.

They use the shopper API as a mini-program does; what the phone does at the cashier the WeChat Pay sandbox does.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from yumen.app.demo.cast import TOGETHER_MAX, WAIT_MAX, WAIT_S, Part, Played
from yumen.app.demo.shopkeeper import Shopkeeper
from yumen.app.demo.shopper import Api
from yumen.sandbox.wechatpay.client import Admin

BUYERS_MAX: Final = 12
TILES_MAX: Final = 50
PIECES: Final = 2
MAINLAND: Final = "86"


class Errand(StrEnum):
    """What a buyer is here to show."""

    KEEPING = "keeping"
    """Pays and keeps it; the first of them with a coupon."""
    REFUNDED = "refunded"
    """Pays; staff pay one of two pieces back."""
    CANCELLING = "cancelling"
    """Closes the cashier without paying and cancels."""
    SPLIT = "split"
    """Pays and gets it in two parcels."""


PARCELS: Final = {Errand.KEEPING: 1, Errand.REFUNDED: 0, Errand.CANCELLING: 0, Errand.SPLIT: 2}
ENDS: Final = {
    Errand.KEEPING: "shipped",
    Errand.REFUNDED: "partially_refunded",
    Errand.CANCELLING: "cancelled",
    Errand.SPLIT: "shipped",
}


@dataclass(frozen=True, slots=True)
class Bought:
    """One order as it ended, the points its buyer has then, and what must never be found in clear."""

    buyer: Played
    errand: Errand
    order: str
    total_fen: int
    paid_fen: int
    refunded_fen: int
    points: int
    has_coupon: bool
    parcels: int
    destination: dict[str, str]

    @property
    def secrets(self) -> tuple[str, str, str]:
        return self.destination["recipient"], self.destination["phone"], self.destination["street"]


@dataclass(frozen=True, slots=True)
class Street:
    """Where the errands are run: shopper API, cashier and staff."""

    api: Api
    pay: Admin
    keeper: Shopkeeper
    appid: str

    async def go(self, played: list[Played]) -> list[Bought]:
        """Everybody's errand, a few at a time. Raises Unexpected, TimeoutError when one does not end as it should."""
        stayers = [each for each in played if each.part is not Part.LEAVING][:BUYERS_MAX]
        page = await self.api.must("GET", f"/v1/products?appid={self.appid}&limit={TILES_MAX}")
        tiles = [tile["id"] for tile in page["items"] if not tile["sold_out"]]
        gate = asyncio.Semaphore(TOGETHER_MAX)

        async def one(number: int, buyer: Played) -> Bought:
            async with gate:
                return await self._buy(number, buyer, tiles[number % len(tiles)])

        return await asyncio.gather(*(one(number, buyer) for number, buyer in enumerate(stayers)))

    async def _buy(self, number: int, buyer: Played, product: str) -> Bought:
        errand, token = errand_of(number), buyer.visitor.token
        await self.api.must("POST", "/v1/loyalty", token)
        coupons = [await self._claim(token)] if number == 0 else []
        destination = destination_of(number, buyer)
        order = await self._order(token, product, coupons, destination)
        await self._at_the_cashier(buyer, errand, order)
        if errand is Errand.CANCELLING:
            await self.api.must("POST", f"/v1/orders/{order}/cancel", token)
        else:
            await self._until(token, order, "paid")
        if errand is Errand.REFUNDED:
            await self.keeper.pay_back(order)
        await self.keeper.ship(order, number, PARCELS[errand])
        seen = await self._until(token, order, ENDS[errand])
        points = (await self.api.must("GET", "/v1/loyalty", token))["points"]
        figures = seen["total_fen"], seen["paid_fen"], seen["refunded_fen"], points
        return Bought(buyer, errand, order, *figures, bool(coupons), len(seen["parcels"]), destination)

    async def _claim(self, token: str) -> str:
        code = await self.keeper.coupon_code()
        return str((await self.api.must("POST", "/v1/coupons/claim", token, {"code": code}))["coupon"])

    async def _order(self, token: str, product: str, coupons: list[str], destination: dict[str, str]) -> str:
        """Look, put into the cart, ask the price, order; answers the order."""
        shown = await self.api.must("GET", f"/v1/products/{product}", token)
        sku = next(each["id"] for each in shown["skus"] if each["left"] >= PIECES)
        await self.api.must("PUT", f"/v1/cart/{sku}", token, {"quantity": PIECES})
        quote = await self.api.must("POST", "/v1/quote", token, {"coupons": coupons})
        address = (await self.api.must("POST", "/v1/addresses", token, destination))["id"]
        body = {"expected_fen": quote["total_fen"], "coupons": coupons, "address": address}
        return str((await self.api.must("POST", "/v1/orders", token, body))["id"])

    async def _at_the_cashier(self, buyer: Played, errand: Errand, order: str) -> None:
        parameters = await self.api.must("POST", f"/v1/orders/{order}/payment", buyer.visitor.token)
        outcome = "cancel" if errand is Errand.CANCELLING else "pay"
        await self.pay.request_payment(self.appid, buyer.openid, parameters, outcome)

    async def _until(self, token: str, order: str, state: str) -> Any:
        """The order once it is in that state; nobody asks WeChat Pay here, its notification has to come."""
        for _ in range(WAIT_MAX):
            seen = await self.api.must("GET", f"/v1/orders/{order}", token)
            if seen["state"] == state:
                return seen
            await asyncio.sleep(WAIT_S)
        raise TimeoutError(f"order {state}")


def errand_of(number: int) -> Errand:
    """Each errand comes once among the first four; everybody else keeps what was bought."""
    errands = list(Errand)
    return errands[number] if number < len(errands) else Errand.KEEPING


def destination_of(number: int, buyer: Played) -> dict[str, str]:
    """A made-up home in the buyer's province; a courier wants a mainland number, also of who has a foreign one."""
    person = buyer.person
    return {
        "recipient": person.name,
        "phone": person.pure_phone if person.country_code == MAINLAND else f"169{person.number:08d}",
        "province": person.province,
        "city": person.district or person.province,
        "street": f"绒松虚构路{100 + number}弄{person.number}号1203室",
    }
