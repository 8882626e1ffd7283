"""One call to WeChat and its verdict, which lies in the body."""

import pytest

from yumen.kit.errors import NotSent, Unsettled
from yumen.kit.http import Http
from yumen.wechat import Transport, WechatError
from yumen.wechat.answers import Session

PATH = "/sns/jscode2session"
GOOD = {"openid": "o1", "session_key": "k"}


async def test_an_absent_errcode_means_success(transport, wechat):
    wechat.answers[PATH] = GOOD
    session = await transport.ask(Session, PATH, {"js_code": "c"})
    assert (session.openid, session.session_key, session.unionid) == ("o1", "k", "")


async def test_fields_nobody_knows_are_skipped_and_numbers_may_be_text(transport, wechat):
    wechat.answers[PATH] = {**GOOD, "errcode": "0", "errmsg": "ok", "new_field": {"deep": [1]}}
    assert (await transport.ask(Session, PATH, {})).openid == "o1"


async def test_a_refusal_carries_errcode_and_rid(transport, wechat):
    wechat.answers[PATH] = {"errcode": 40029, "errmsg": "invalid code rid: 6743f1aa-0e1f2a3b-4c5d6e7f"}
    with pytest.raises(WechatError) as caught:
        await transport.ask(Session, PATH, {})
    assert (caught.value.errcode, caught.value.rid) == (40029, "6743f1aa-0e1f2a3b-4c5d6e7f")


async def test_busy_is_asked_again_a_bounded_number_of_times(transport, wechat):
    answers = [{"errcode": -1, "errmsg": "system error"}, GOOD]
    wechat.answers[PATH] = lambda _: answers.pop(0)
    assert (await transport.ask(Session, PATH, {})).openid == "o1"
    wechat.answers[PATH] = {"errcode": -1, "errmsg": "system error"}
    with pytest.raises(WechatError, match=r"wechat\.busy"):
        await transport.ask(Session, PATH, {})
    assert len(wechat.asked) == 2 + 3


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"errcode": {}}', b"{}"]
)
async def test_an_answer_that_is_no_such_object_leaves_the_call_unsettled(transport, wechat, body):
    wechat.answers[PATH] = body
    with pytest.raises(Unsettled, match=r"wechat\.unreadable"):
        await transport.ask(Session, PATH, {})


async def test_a_body_makes_a_post_with_raw_utf8(transport, wechat):
    wechat.answers["/x"] = GOOD
    await transport.ask(Session, "/x", {"access_token": "t"}, {"name": "玉门"})
    method, _, query, body = wechat.asked[0]
    assert (method, query, body) == ("POST", {"access_token": "t"}, {"name": "玉门"})


async def test_the_next_origin_is_tried_on_connection_failure(wechat):
    wechat.answers[PATH] = GOOD
    async with Http() as http:
        there = Transport(http, ("http://127.0.0.1:1", wechat.url))
        assert (await there.ask(Session, PATH, {})).openid == "o1"
        nowhere = Transport(http, ("http://127.0.0.1:1",))
        with pytest.raises(NotSent):
            await nowhere.ask(Session, PATH, {})


async def test_the_next_origin_is_not_tried_on_a_refusal(wechat):
    wechat.answers[PATH] = {"errcode": 40029, "errmsg": "x"}
    async with Http() as http:
        with pytest.raises(WechatError):
            await Transport(http, (wechat.url, wechat.url)).ask(Session, PATH, {})
    assert len(wechat.asked) == 1
