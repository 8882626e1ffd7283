"""One access token for all processes, whatever happens to it."""

import asyncio

import pytest
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from yumen.kit.db import Role
from yumen.wechat import Account, TokenRows, Tokens, WechatError, mini
from yumen.wechat.token import CONTEXT


async def works(stage, token):
    """Does WeChat take this token?"""
    try:
        await stage.mini.transport.ask(dict, "/cgi-bin/getcallbackip", {"access_token": token})
    except WechatError:
        return False
    return True


async def refusals(stage, errcode):
    """How often getcallbackip was refused so; the sandbox cannot tell whose call it was."""
    return sum(row.code == errcode for row in await stage.admin.calls(1000, "/cgi-bin/getcallbackip"))


async def test_many_callers_in_two_processes_cause_one_refresh(stage):
    other = stage.another_process()
    asked = [process.get(stage.account) for process in (stage.mini.tokens, other) for _ in range(25)]
    assert len(set(await asyncio.gather(*asked))) == 1
    assert await stage.refreshes() == 1


async def test_the_row_holds_no_token_in_clear(stage):
    token = await stage.mini.tokens.get(stage.account)
    async with stage.database.pool(Role.APP).connection() as conn:
        row = await (await conn.execute("select * from wechat.token where appid = %s", (stage.appid,))).fetchone()
    assert token.encode() not in bytes(row["value_sealed"])
    assert token not in str(row)
    assert await stage.store.open(CONTEXT, row["value_sealed"]) == token.encode()


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_refused_token_is_replaced_and_the_call_made_once_more(stage, errcode):
    await stage.mini.tokens.get(stage.account)
    await stage.admin.trouble(stage.appid, "errcode", path="/cgi-bin/getcallbackip", errcode=errcode, left=1)
    refused = await refusals(stage, errcode)
    assert await mini.get_callback_ip(stage.mini, stage.appid)
    assert await refusals(stage, errcode) - refused == 1


async def test_a_call_refused_twice_fails_and_is_not_made_a_third_time(stage):
    await stage.admin.trouble(stage.appid, "errcode", path="/cgi-bin/getcallbackip", errcode=40014)
    refused = await refusals(stage, 40014)
    with pytest.raises(WechatError, match="40014"):
        await mini.get_callback_ip(stage.mini, stage.appid)
    assert await refusals(stage, 40014) - refused == 2


async def test_a_foreign_refresh_is_survived_with_one_refresh_of_ours(stage):
    before = await stage.mini.tokens.get(stage.account)
    await stage.admin.kill_tokens(stage.appid)
    await asyncio.gather(*[mini.get_callback_ip(stage.mini, stage.appid) for _ in range(20)])
    assert await stage.mini.tokens.get(stage.account) != before
    assert await stage.refreshes() == 2


async def test_only_the_token_that_was_used_is_dropped(stage):
    first = await stage.mini.tokens.get(stage.account)
    await stage.admin.kill_tokens(stage.appid)
    second = await stage.mini.tokens.replace(stage.account, first)
    assert await stage.mini.tokens.replace(stage.account, first) == second
    assert await stage.refreshes() == 2


async def test_a_token_near_its_end_is_replaced_early_and_nobody_waits(stage):
    now = [1000.0]
    tokens = Tokens(stage.mini.transport, TokenRows(stage.database.pool(Role.APP)), stage.store, clock=lambda: now[0])
    old = await tokens.get(stage.account)
    await stage.admin.advance_clock(7000)
    try:
        async with stage.database.pool(Role.APP).connection() as conn:
            await conn.execute("update wechat.token set expires_at = clock_timestamp() + interval '200 s'")
        now[0] += 7000
        assert await tokens.get(stage.account) == old
        async with asyncio.timeout(5):
            while await tokens.get(stage.account) == old:
                await asyncio.sleep(0.02)
        assert await works(stage, old)
        assert await works(stage, await tokens.get(stage.account))
        assert await stage.refreshes() == 2
    finally:
        await stage.admin.advance_clock(-7000)


async def test_a_refresher_that_died_is_replaced_when_its_lease_ends(stage):
    rows = TokenRows(stage.database.pool(Role.APP))
    assert await rows.lease(stage.appid, 0, "died", 0.6)
    token = await stage.mini.tokens.get(stage.account)
    assert await works(stage, token)
    assert (await rows.read(stage.appid)).version == 1


async def test_a_refresher_that_lost_its_lease_writes_nothing(stage):
    rows = TokenRows(stage.database.pool(Role.APP))
    assert await rows.lease(stage.appid, 0, "slow", 0.0)
    assert await rows.lease(stage.appid, 0, "quick", 5.0)
    await rows.write(stage.appid, 0, "slow", b"old", 7200)
    assert (await rows.read(stage.appid)).version == 0
    await rows.write(stage.appid, 0, "quick", b"new", 7200)
    row = await rows.read(stage.appid)
    assert (row.version, bytes(row.value_sealed), round(row.left_s, -2)) == (1, b"new", 7200)


async def test_a_lease_is_not_given_for_a_version_that_has_passed(stage):
    await stage.mini.tokens.get(stage.account)
    rows = TokenRows(stage.database.pool(Role.APP))
    assert not await rows.lease(stage.appid, 0, "late", 5.0)
    assert await rows.lease(stage.appid, 1, "next", 5.0)


async def test_without_the_database_the_token_comes_straight_from_wechat(stage):
    pool = AsyncConnectionPool(
        "host=127.0.0.1 port=1 connect_timeout=1",
        connection_class=AsyncConnection,
        kwargs={"row_factory": dict_row},
        min_size=0,
        max_size=2,
        open=False,
    )
    await pool.open()
    lost = [Tokens(stage.mini.transport, TokenRows(pool), stage.store) for _ in range(2)]
    first, second = [await tokens.get(stage.account) for tokens in lost]
    await pool.close()
    assert first == second == await stage.mini.tokens.get(stage.account)


async def test_a_row_that_missed_a_refresh_is_not_gone_back_to(stage):
    """The row was out of reach while WeChat gave out the token that is refused now: what it holds is older still."""
    first = await stage.mini.tokens.get(stage.account)
    await stage.admin.kill_tokens(stage.appid)
    stage.store.closed = True
    second = await stage.mini.tokens.replace(stage.account, first)
    stage.store.closed = False
    await stage.admin.kill_tokens(stage.appid)
    third = await stage.mini.tokens.replace(stage.account, second)
    assert len({first, second, third}) == 3
    assert await works(stage, third)


async def test_with_the_secret_store_closed_a_token_is_had_and_not_stored(stage):
    stage.store.closed = True
    token = await stage.mini.tokens.get(stage.account)
    assert await works(stage, token)
    assert (await TokenRows(stage.database.pool(Role.APP)).read(stage.appid)).value_sealed is None


async def test_a_refusal_reaches_all_who_wait_and_is_not_asked_for_again_at_once(stage):
    wrong = Account(stage.appid, "0" * 32)
    tokens = stage.another_process()
    refused = await asyncio.gather(*[tokens.get(wrong) for _ in range(10)], return_exceptions=True)
    assert {error.errcode for error in refused} == {40125}
    with pytest.raises(WechatError, match="40125"):
        await tokens.get(wrong)
    assert len(await stage.admin.calls(100, "/cgi-bin/stable_token")) >= 1
    assert await stage.calls("/cgi-bin/stable_token", 40125) <= 1


async def test_after_a_refusal_the_lease_is_free_again(stage):
    await stage.admin.change_app(stage.appid, allow_list=["203.0.113.7"])
    with pytest.raises(WechatError, match="40164") as caught:
        await stage.mini.tokens.get(stage.account)
    assert caught.value.address == "127.0.0.1"
    await stage.admin.change_app(stage.appid, allow_list=[])
    async with asyncio.timeout(1):
        assert await stage.another_process().get(stage.account)


async def test_a_cancelled_caller_does_not_end_the_refresh_of_the_others(stage):
    await stage.admin.trouble(stage.appid, "slow", path="/cgi-bin/stable_token", delay_ms=300, left=1)
    impatient = asyncio.create_task(stage.mini.tokens.get(stage.account))
    patient = asyncio.create_task(stage.mini.tokens.get(stage.account))
    await asyncio.sleep(0.1)
    impatient.cancel()
    assert await works(stage, await patient)
    assert await stage.refreshes() == 1


async def test_a_lost_answer_to_a_refresh_is_asked_for_again(stage):
    await stage.admin.trouble(stage.appid, "lost", path="/cgi-bin/stable_token", left=1)
    assert await works(stage, await stage.mini.tokens.get(stage.account))
