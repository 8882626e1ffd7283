"""Subscribe messages as a backend meets them."""

import pytest

from yumen.sandbox.wechat.client import AdminRefused
from yumen.sandbox.wechat.subscribe_rules import fits, is_key

SEND = "/cgi-bin/message/subscribe/send"
DATA = {"thing1": {"value": "积分即将到期"}, "number2": {"value": "120"}, "date3": {"value": "2026年12月31日"}}


@pytest.fixture
async def send(admin, caller, app):
    await admin.set_template(app.appid, "T1", *DATA)
    openid = (await admin.member(app.appid, "p1")).openid
    token = (await caller.stable(app))["access_token"]

    async def ask(**change):
        body = {"touser": openid, "template_id": "T1", "data": DATA} | change
        return await caller.post(SEND, body, access_token=token)

    return ask


async def test_one_accept_is_one_message(admin, app, send):
    assert (await send())["errcode"] == 43101
    await admin.subscribe(app.appid, "p1", "T1")
    answer = await send()
    assert answer["errcode"] == 0
    assert (await send())["errcode"] == 43101
    sent = await admin.messages(app.appid)
    assert [one.msgid for one in sent] == [answer["msgid"]]
    assert sent[0].data["number2"] == "120"


async def test_a_refusal_takes_every_right_away(admin, app, send):
    await admin.subscribe(app.appid, "p1", "T1")
    await admin.subscribe(app.appid, "p1", "T1", accepted=False)
    assert (await send())["errcode"] == 43101


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"touser": "nobody"}, 40003),
        ({"template_id": "T2"}, 40037),
        ({"data": DATA | {"thing1": {"value": ""}}}, 47003),
        ({"data": {"thing1": {"value": "x"}}}, 47003),
        ({"data": DATA | {"thing9": {"value": "x"}}}, 47003),
        ({"data": "x"}, 47001),
    ],
)
async def test_what_does_not_fit_is_refused_and_costs_no_right(admin, app, send, change, errcode):
    await admin.subscribe(app.appid, "p1", "T1")
    assert (await send(**change))["errcode"] == errcode
    assert (await send())["errcode"] == 0


async def test_the_refusal_of_a_value_names_its_field(admin, app, send):
    await admin.subscribe(app.appid, "p1", "T1")
    answer = await send(data=DATA | {"thing1": {"value": "长" * 21}})
    assert "data.thing1.value invalid" in answer["errmsg"]


async def test_a_template_of_unknown_keys_cannot_be_made_nor_answered(admin, app):
    with pytest.raises(AdminRefused):
        await admin.set_template(app.appid, "T1", "sentence1")
    with pytest.raises(AdminRefused):
        await admin.subscribe(app.appid, "p1", "T9")


@pytest.mark.parametrize(
    ("key", "value", "good"),
    [
        ("thing1", "字" * 20, True),
        ("thing1", "字" * 21, False),
        ("thing1", "两\n行", False),
        ("character_string1", "YT0001", True),
        ("character_string1", "单号", False),
        ("date1", "2026-12-31", True),
        ("date1", "明天", False),
        ("time1", "2026年10月1日 15:01", True),
        ("time1", "15点", False),
        ("amount1", "¥12.50元", True),
        ("amount1", "十二元", False),
        ("phrase1", "已发货", True),
        ("phrase1", "已经发货了哦", False),
        ("name1", "王小明", True),
        ("number1", "12.5", True),
        ("number1", "a", False),
        ("what1", "x", False),
    ],
)
def test_each_type_has_its_rule(key, value, good):
    assert fits(key, value) is good


def test_a_key_is_a_known_type_and_a_number():
    assert is_key("character_string12")
    assert not is_key("thing")
    assert not is_key("story1")
