"""Run the sandbox: the public port that looks like api.mch.weixin.qq.com, its TLS twin, and the admin port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from yumen.sandbox.kit.serving import Addresses, Handlers, Options, Play, every, serving
from yumen.sandbox.wechatpay.admin import Desks, build_api
from yumen.sandbox.wechatpay.bill_desk import BillDesk
from yumen.sandbox.wechatpay.bills import Bills
from yumen.sandbox.wechatpay.control_page import ControlPage
from yumen.sandbox.wechatpay.endpoints import Endpoints
from yumen.sandbox.wechatpay.gate import Gate
from yumen.sandbox.wechatpay.herald import Herald
from yumen.sandbox.wechatpay.keeper import Keeper
from yumen.sandbox.wechatpay.merchant_desk import MerchantDesk
from yumen.sandbox.wechatpay.notices import write
from yumen.sandbox.wechatpay.orders import Orders
from yumen.sandbox.wechatpay.payer_desk import PayerDesk
from yumen.sandbox.wechatpay.payments import Payments
from yumen.sandbox.wechatpay.post import Postman
from yumen.sandbox.wechatpay.refunds import Refunds
from yumen.sandbox.wechatpay.volley import Volley
from yumen.sandbox.wechatpay.world import World, open_world

__all__ = ["Addresses", "Options", "running"]
PLAY: Final = Play(
    sign=("Yumen-Sandbox", "SANDBOX - this is not WeChat Pay"),  # ASCII: the Chinese word does not fit into a header
    names=("api.mch.weixin.qq.com", "api2.mch.weixin.qq.com", "api.wechatpay.cn", "api2.wechatpay.cn"),
    authority="Yumen SANDBOX test CA - not WeChat Pay",
)
SWEEP_S: Final = 60.0
SETTLE_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody who works in one sandbox, wired."""

    gate: Gate
    page: ControlPage
    postman: Postman
    herald: Herald
    refunds: Refunds
    volley: Volley


def employ(world: World) -> Staff:
    """Wire the parts to one world."""
    postman, herald = Postman(world, write), Herald(world)
    payments, refunds, bills = Payments(world, postman, herald), Refunds(world, postman, herald), Bills(world)
    orders, volley = Orders(world, payments), Volley(world, payments, refunds, postman)
    desks = Desks(
        MerchantDesk(world),
        PayerDesk(world, orders, payments, refunds, postman),
        BillDesk(world, bills, refunds),
        Keeper(world, postman, refunds),
        volley,
    )
    gate = Gate(world, Endpoints(orders, refunds, bills))
    return Staff(gate, ControlPage(world, build_api(desks), desks), postman, herald, refunds, volley)


@asynccontextmanager
async def running(options: Options) -> AsyncIterator[Addresses]:
    """The sandbox, until the block ends. Raises NotLoopback, StateInUse, OSError (port taken)."""
    world = open_world(options.state, options.seed)
    staff = employ(world)
    postman, refunds, volley = staff.postman, staff.refunds, staff.volley
    chores = (
        postman.run,
        staff.herald.run,
        every(SETTLE_S, refunds.settle_due),
        every(SWEEP_S, world.sweep),
        volley.stay,
    )
    async with serving(PLAY, options, world, Handlers(staff.gate, staff.page), chores) as addresses:
        yield addresses
