"""Orders at full size: a bill of a million rows, many random lives, and a flood of notices.

Sizes by environment: `SOAK_BILL_ROWS`, `SOAK_LIVES`, `SOAK_SANDBOX_LIVES`, `SOAK_NOTICES`, `SOAK_NOTICE_KILLS`.
"""

import os
import resource
import tempfile
import time
from collections import Counter
from datetime import timedelta

import pytest

from tests.stories.customer.catalog.conftest import shop as goods  # noqa: F401  # a fixture
from tests.stories.customer.conftest import VELVET, house  # noqa: F401  # a fixture
from tests.stories.customer.loyalty.conftest import club  # noqa: F401  # a fixture
from tests.stories.customer.orders.conftest import market, opened_market  # noqa: F401  # a fixture
from tests.stories.customer.orders.flood import Pace, flood
from tests.stories.customer.orders.flood_books import Sizes
from tests.stories.customer.orders.test_every_fen import life_of, live
from tests.stories.customer.orders.test_reconciliation import HEADER, SUMMARY, yuan
from tests.stories.customer.orders.till import MCHID
from yumen.customer.orders import reconciliation
from yumen.kit.clock import shanghai_day
from yumen.kit.db import Role
from yumen.wechat.pay import TradeBill
from yumen.wechat.pay.bill_rows import trade_rows

pytestmark = pytest.mark.soak

ROWS = int(os.environ.get("SOAK_BILL_ROWS", "1000000"))
LIVES = int(os.environ.get("SOAK_LIVES", "1000"))
SANDBOX_LIVES = int(os.environ.get("SOAK_SANDBOX_LIVES", "100"))
NOTICES = int(os.environ.get("SOAK_NOTICES", "1000000"))
NOTICE_KILLS = int(os.environ.get("SOAK_NOTICE_KILLS", "50"))
STEPS, SAY_EVERY = 120, 10
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
    tell(rows=ROWS, seconds=round(took_s, 1), mib_more=round(grown_mib), load=load())
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


async def test_many_random_lives_leave_no_fen_unaccounted_for(cluster, tmp_path, tell):
    await many_lives(cluster, tmp_path, LIVES, tell, in_sandbox=False)


async def test_many_lives_with_the_sandbox_leave_no_fen_unaccounted_for(cluster, tmp_path, tell):
    await many_lives(cluster, tmp_path, SANDBOX_LIVES, tell, in_sandbox=True)


async def many_lives(cluster, folder, lives, tell, *, in_sandbox):
    """One after the other, each in databases of its own; the first that is not even fails."""
    counts, began = Counter(), time.monotonic()
    for number in range(lives):
        seed = 1000 + number
        async with opened_market(cluster, folder / str(seed), in_sandbox=in_sandbox) as opened:
            try:
                await live(opened, life_of(seed, STEPS))
            except BaseException as failure:
                failure.add_note(f"seed {seed}")
                raise
            counts["payments"] += sum(
                one["trade_state"] in ("SUCCESS", "REFUND") for one in opened.till.trades.values()
            )
            counts["refunds"] += sum(one["status"] == "SUCCESS" for one in opened.till.refunds.values())
        if number % SAY_EVERY == SAY_EVERY - 1:
            print(f"lives: {number + 1} of {lives}, {time.monotonic() - began:.0f} s", flush=True)
    tell(lives=lives, steps_each=STEPS, **counts, uneven=0, seconds=round(time.monotonic() - began), load=load())


async def test_a_flood_of_notices_is_booked_once_each(cluster, tmp_path, tell):
    sizes = Sizes(payments=NOTICES * 4 // 5, refunds=NOTICES // 5, people=1_000, articles=20)
    urls = await cluster.create_pair()
    try:
        over = await flood(urls, tmp_path, sizes, NOTICE_KILLS, seed=20261126, pace=Pace())
    finally:
        await cluster.drop_pair(urls)
    tell(
        payments=sizes.payments, refunds=sizes.refunds, **over.counts, forged_taken=len(over.forged_taken),
        differences=len(over.differences), answered_a_second=round(over.counts["answered"] / over.seconds),
        seconds=round(over.seconds), load=load(),
    )  # fmt: skip
    assert (over.differences[:20], over.forged_taken[:20]) == ([], [])
    assert over.counts["kills"] == NOTICE_KILLS


def load():
    """How busy the machine was beside this, as it tells itself: runnable processes over five minutes."""
    return round(os.getloadavg()[1], 1)
