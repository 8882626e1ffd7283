"""Orders at full size: a bill of a million rows, and many random lives. `YUMEN_SOAK_ROWS`, `YUMEN_SOAK_LIVES`."""

import os
import resource
import tempfile
import time
from datetime import timedelta

import pytest

from tests.stories.customer.catalog.conftest import shop as goods  # noqa: F401  # a fixture
from tests.stories.customer.conftest import VELVET, house  # noqa: F401  # a fixture
from tests.stories.customer.loyalty.conftest import club  # noqa: F401  # a fixture
from tests.stories.customer.orders.conftest import fresh_market, market  # noqa: F401  # fixtures
from tests.stories.customer.orders.test_every_fen import life_of, live
from tests.stories.customer.orders.test_reconciliation import HEADER, SUMMARY, yuan
from tests.stories.customer.orders.till import MCHID
from yumen.customer.orders import reconciliation
from yumen.kit.clock import shanghai_day
from yumen.kit.db import Role
from yumen.wechat.pay import TradeBill
from yumen.wechat.pay.bill_rows import trade_rows

pytestmark = pytest.mark.soak

ROWS = int(os.environ.get("YUMEN_SOAK_ROWS", "1000000"))
LIVES = int(os.environ.get("YUMEN_SOAK_LIVES", "1000"))
LIMIT_S, LIMIT_MIB = 60, 300

FILL = """
insert into orders.payment (id, purchase_id, handler_id, appid, mchid, amount_fen, description, expires_at, state,
                            transaction_id, paid_at, created_at)
select 'pay_' || lpad(n::text, 26, '0'), %(order)s, %(handler)s, %(appid)s, %(mchid)s, 10000, 'x', %(at)s, 'surplus',
       n::text, %(at)s, %(at)s
  from generate_series(1, %(rows)s) as n
"""


async def test_a_million_rows_are_compared_in_a_minute_and_bounded_memory(market, tell):  # noqa: F811
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.order(person, {tea: 1})
    day = shanghai_day(market.house.clock.now()) - timedelta(days=1)
    at = reconciliation.window_of(MCHID, day).from_at + timedelta(hours=12)
    values = {"order": order, "handler": market.house.handler, "appid": VELVET, "mchid": MCHID, "at": at, "rows": ROWS}
    async with await market.house.database.connect(Role.OWNER) as owner:
        await owner.execute(FILL, values)
    with tempfile.TemporaryFile() as file:
        write_bill(file, day)
        bill = TradeBill(day, "0" * 40, file, trade_rows)
        before_mib, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.perf_counter()
        async with market.system() as uow:
            found = await reconciliation.compare(uow, MCHID, day, bill)
        took_s = time.perf_counter() - began
    grown_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before_mib
    tell(rows=ROWS, seconds=round(took_s, 1), mib_more=round(grown_mib))
    assert [(one.what, one.reason) for one in found.differences] == [("payment", "amount"), ("payment", "they_lack")]
    assert took_s < LIMIT_S
    assert grown_mib < LIMIT_MIB


def write_bill(file, day):
    """All payments but the last, and one of another amount."""
    file.write(("\ufeff" + HEADER + "\r\n").encode())
    total_fen = 0
    for number in range(1, ROWS):
        fen = 10_000 if number != 77 else 9_999
        total_fen += fen
        name = f"pay_{number:026d}"
        file.write(
            f"`{day} 12:00:00,`{VELVET},`{MCHID},`0,`,`{number},`{name},`oX,`JSAPI,`SUCCESS,`OTHERS,`CNY,`{yuan(fen)},"
            f"`0.00,`0,`0,`0.00,`0.00,`,`,`x,`,`0.60000,`0.60%,`{yuan(fen)},`0.00,`\r\n".encode()
        )
    fee = yuan(60 * (ROWS - 1), 5)
    sums = f"`{ROWS - 1},`{yuan(total_fen)},`0.00,`0.00,`{fee},`{yuan(total_fen)},`0.00\r\n"
    file.write(f"{SUMMARY}\r\n{sums}".encode())


async def test_many_random_lives_leave_no_fen_unaccounted_for(fresh_market):  # noqa: F811
    for seed in range(1000, 1000 + LIVES):
        async with fresh_market() as opened:
            await live(opened, life_of(seed, 120))
