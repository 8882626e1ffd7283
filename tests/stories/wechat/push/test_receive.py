"""A push is taken in once, sealed, and nothing of it lies in clear."""

import asyncio

import pytest

from yumen.kit.errors import Problem
from yumen.wechat.push import PushReceived
from yumen.wechat.push.receive import Outcome, identity

OPENID = "oABCD1234567890abcdefghijklm"
REVOKED = {
    "ToUserName": "gh_1", "FromUserName": OPENID, "CreateTime": 1700000000, "MsgType": "event",
    "Event": "user_authorization_revoke", "OpenID": OPENID, "AppID": "wx", "RevokeInfo": "8",
}  # fmt: skip


async def test_a_push_is_kept_and_announced_by_its_id(house):
    assert await house.receive(house.delivery(REVOKED)) is Outcome.KEPT
    (row,) = await house.rows("push_inbox")
    assert house.ear.heard == [PushReceived(row["id"], row["appid"])]
    assert row["event"] == "user_authorization_revoke"


async def test_no_openid_lies_in_clear(house):
    await house.receive(house.delivery(REVOKED))
    stored = str(await house.rows("push_inbox")) + str(await house.rows("push_seen")) + str(house.ear.heard)
    assert OPENID not in stored
    assert OPENID.encode().hex() not in stored


async def test_the_same_message_under_another_nonce_is_a_repeat(house):
    await house.receive(house.delivery(REVOKED))
    assert await house.receive(house.delivery({**REVOKED, "CreateTime": "1700000000"})) is Outcome.REPEATED
    assert len(await house.rows("push_inbox")) == len(house.ear.heard) == 1


async def test_the_same_delivery_again_is_a_replay(house):
    delivery = house.delivery(REVOKED)
    await house.receive(delivery)
    with pytest.raises(Problem, match=r"wechat\.push_replayed"):
        await house.receive(delivery)


async def test_three_deliveries_at_once_are_one_push(house):
    outcomes = await asyncio.gather(*[house.receive(house.delivery(REVOKED)) for _ in range(3)])
    assert sorted(outcomes) == [Outcome.KEPT, Outcome.REPEATED, Outcome.REPEATED]


async def test_a_push_that_could_not_be_kept_is_no_replay_when_it_comes_again(house):
    delivery = house.delivery(REVOKED)
    prepared = await house.inbox.prepare("wx" + "c" * 16, delivery, house.clock.now())
    with pytest.raises(RuntimeError):
        async with house.work.begin(house.inbox.actor("wx" + "c" * 16)) as uow:
            from yumen.wechat.push.receive import keep

            await keep(uow, prepared)
            raise RuntimeError("the process dies before the commit")
    house.ear.heard.clear()
    assert await house.receive(delivery) is Outcome.KEPT


async def test_of_a_chat_text_only_that_it_came_is_kept(house):
    text = {"FromUserName": OPENID, "CreateTime": 1, "MsgType": "text", "Content": "我的电话是13800138000", "MsgId": 77}
    assert await house.receive(house.delivery(text)) is Outcome.NOTED
    (row,) = await house.rows("push_inbox")
    assert (row["event"], row["payload_sealed"], row["handled_at"] is not None) == ("text", None, True)
    assert house.ear.heard == []


async def test_the_probe_of_cloud_hosting_leaves_nothing(house):
    assert await house.receive(house.delivery({"action": "CheckContainerPath"})) is None
    assert await house.rows("push_seen") == []


async def test_an_unknown_app_has_no_inbox(house):
    with pytest.raises(Problem, match=r"wechat\.app_unknown"):
        await house.inbox.prepare("wx" + "9" * 16, house.delivery(REVOKED), house.clock.now())


@pytest.mark.parametrize("change", [{"RevokeInfo": "7"}, {"CreateTime": 1700000001}, {"OpenID": "o2"}, {"Event": "x"}])
def test_two_events_that_differ_are_two(change):
    assert identity("wx1", REVOKED) != identity("wx1", {**REVOKED, **change})


def test_the_same_message_of_two_apps_is_two():
    assert identity("wx1", REVOKED) != identity("wx2", REVOKED)


def test_a_message_is_known_by_its_id_whatever_else_it_says():
    assert identity("wx1", {"MsgId": 7, "Content": "a"}) == identity("wx1", {"MsgId": "7", "Content": "b"})
