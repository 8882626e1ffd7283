"""When notifications come: the schedule on a moved clock, and what may befall one."""

import asyncio

import pytest
from aiohttp import web

from yumen.sandbox.wechatpay.client import AdminRefused
from yumen.sandbox.wechatpay.post import SCHEDULE_S


async def until(condition) -> None:
    async with asyncio.timeout(8):
        while not await condition():
            await asyncio.sleep(0.01)


async def paid(backend, admin) -> str:
    number = (await backend.place())["out_trade_no"]
    await admin.pay(backend.merchant.mchid, number)
    return number


async def attempts(admin, number: str) -> list:
    return [attempt for notice in await admin.notices(number=number) for attempt in notice.attempts]


async def test_the_published_schedule_is_kept_to_its_end(backend, admin, shop):
    assert sum(SCHEDULE_S) == 24 * 3600 + 4 * 60
    shop.status = 500
    number = await paid(backend, admin)
    for done, wait in enumerate(SCHEDULE_S, start=1):
        await until(lambda done=done: _done(admin, number, done))
        await admin.advance_clock(wait - 5)
        await asyncio.sleep(0.01)
        assert len(await attempts(admin, number)) == done
        await admin.advance_clock(5)
    await until(lambda: _done(admin, number, len(SCHEDULE_S) + 1))
    (notice,) = await admin.notices(number=number)
    assert notice.state == "given_up"
    assert len({said["id"] for said in shop.heard}) == 1
    assert len({said["resource"]["ciphertext"] for said in shop.heard}) == len(shop.heard)


async def _done(admin, number: str, count: int) -> bool:
    return len(await attempts(admin, number)) == count


@pytest.mark.parametrize(
    ("status", "state"), [(200, "delivered"), (204, "delivered"), (302, "waiting"), (404, "waiting")]
)
async def test_the_status_alone_decides(backend, admin, shop, status, state):
    shop.status = status
    number = await paid(backend, admin)
    await until(lambda: _done(admin, number, 1))
    assert (await admin.notices(number=number))[0].state == state


async def test_a_receiver_that_is_silent_or_away_is_asked_again(backend, admin):
    async def sleep(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    app = web.Application()
    app.router.add_post("/{tail:.*}", sleep)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    await admin.change_merchant(backend.merchant.mchid, deliver_to=url, notice_timeout_s=0.1)
    number = await paid(backend, admin)
    await until(lambda: _done(admin, number, 1))
    await runner.cleanup()
    assert await admin.hurry_notices() == 1
    await until(lambda: _done(admin, number, 2))
    outcomes = [attempt.outcome for attempt in await attempts(admin, number)]
    assert outcomes[0] == "no answer in 0.1 s"
    assert outcomes[1].startswith("not reached")


async def test_a_lost_notice_leaves_only_the_query(backend, admin, shop):
    await admin.notice_trouble(backend.merchant.mchid, "lose", left=1)
    number = await paid(backend, admin)
    (notice,) = await admin.notices(number=number)
    assert (notice.state, notice.attempts) == ("lost", [])
    assert (await backend.query(number)).json["trade_state"] == "SUCCESS"
    await admin.resend_notice(notice.id)
    await until(lambda: _done(admin, number, 1))
    assert len(shop.heard) == 1


async def test_a_probe_comes_first_and_the_genuine_notice_by_retry(backend, admin, shop):
    await admin.notice_trouble(backend.merchant.mchid, "probe", left=1)
    number = await paid(backend, admin)
    await until(lambda: _done(admin, number, 1))
    assert (len(shop.heard), len(shop.refused)) == (0, 1)
    await admin.advance_clock(15)
    await until(lambda: _done(admin, number, 2))
    assert [attempt.kind for attempt in await attempts(admin, number)] == ["probe", "genuine"]
    assert len(shop.heard) == 1


async def test_notices_are_duplicated_delayed_and_so_reordered(backend, admin, shop):
    mchid = backend.merchant.mchid
    await admin.notice_trouble(mchid, "duplicate", copies=3, left=1)
    await paid(backend, admin)
    await until(lambda: _heard(shop, 4))
    await admin.notice_trouble(mchid, "delay", event="payment", delay_s=3600, left=1)
    number = await paid(backend, admin)
    await backend.refund(number, 100)
    await admin.advance_clock(10)
    await until(lambda: _heard(shop, 5))
    await admin.advance_clock(3600)
    await until(lambda: _heard(shop, 6))
    assert [said["event_type"] for said in shop.heard[4:]] == ["REFUND.SUCCESS", "TRANSACTION.SUCCESS"]


async def _heard(shop, count: int) -> bool:
    return len(shop.heard) >= count


async def test_troubles_end(backend, admin, shop):
    await admin.notice_trouble(backend.merchant.mchid, "lose")
    await admin.end_troubles(backend.merchant.mchid)
    await paid(backend, admin)
    await until(lambda: _heard(shop, 1))
    with pytest.raises(AdminRefused, match="notice_unknown"):
        await admin.resend_notice("nothing")
