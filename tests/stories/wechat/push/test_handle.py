"""A push is handled once, by a job, and emptied."""

import pytest

from yumen.wechat.push import AuthorizationCancelled, AuthorizationRevoked, RevokeInfo, forget_pushes_job

OPENID = "oABCD1234567890abcdefghijklm"
EVENT = {"FromUserName": OPENID, "CreateTime": 1700000000, "MsgType": "event", "OpenID": OPENID}


async def test_the_listener_is_told_the_typed_event_and_the_row_is_emptied(house):
    await house.receive(house.delivery({**EVENT, "Event": "user_authorization_revoke", "RevokeInfo": "8"}))
    await house.run_jobs()
    (event,) = house.told
    assert isinstance(event, AuthorizationRevoked)
    assert (event.openid, event.kinds) == (OPENID, (RevokeInfo.PHONE_NUMBER,))
    (row,) = await house.rows("push_inbox")
    assert row["payload_sealed"] is None
    assert row["handled_at"] is not None


async def test_a_job_that_runs_again_tells_nobody(house):
    await house.receive(house.delivery({**EVENT, "Event": "user_authorization_cancellation"}))
    await house.run_jobs()
    await house.run_jobs()
    assert [type(event) for event in house.told] == [AuthorizationCancelled]


async def test_a_listener_that_fails_leaves_the_push_for_the_next_try(house):
    await house.receive(house.delivery({**EVENT, "Event": "user_authorization_cancellation"}))
    house.trouble.append(RuntimeError("not now"))
    with pytest.raises(RuntimeError):
        await house.run_jobs()
    (row,) = await house.rows("push_inbox")
    assert row["handled_at"] is None
    await house.run_jobs()
    assert len(house.told) == 1


async def test_handled_pushes_are_forgotten_after_their_time_and_waiting_ones_are_not(house):
    await house.receive(house.delivery({**EVENT, "Event": "user_authorization_cancellation"}))
    await house.run_jobs()
    house.ear.heard.clear()
    await house.receive(house.delivery({**EVENT, "Event": "user_info_modified"}))
    house.move_on(days=5)
    await forget_pushes_job(house.work, {})
    assert (len(await house.rows("push_inbox")), len(await house.rows("push_seen"))) == (2, 2)
    house.move_on(days=26)
    await forget_pushes_job(house.work, {})
    assert [row["event"] for row in await house.rows("push_inbox")] == ["user_info_modified"]
    assert await house.rows("push_seen") == []
