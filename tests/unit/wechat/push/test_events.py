"""Events a governed backend must act on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.wechat.push.events import (
    AuthorizationCancelled,
    AuthorizationRevoked,
    Pushed,
    RevokeInfo,
    ShippingWanted,
    TemplatesAnswered,
    TradeConfirmed,
    UserInfoModified,
    event_of,
    name_of,
)
from yumen.wechat.push.message import canonical

BASE = {"ToUserName": "gh_1", "FromUserName": "oFROM", "CreateTime": "1620973045", "MsgType": "event"}


def test_a_revocation_names_what_was_withdrawn_also_several_and_unknown():
    event = event_of({**BASE, "Event": "user_authorization_revoke", "OpenID": "o1", "RevokeInfo": "8, 7,99"}, "wx1")
    assert isinstance(event, AuthorizationRevoked)
    assert event.codes == (8, 7, 99)
    assert event.kinds == (RevokeInfo.PHONE_NUMBER, RevokeInfo.CAMERA)
    assert (event.appid, event.openid, event.created_at.timestamp()) == ("wx1", "o1", 1620973045)


def test_revoke_info_may_be_a_number():
    assert event_of({**BASE, "Event": "user_authorization_revoke", "RevokeInfo": 8}, "wx1").codes == (8,)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("user_authorization_cancellation", AuthorizationCancelled),
        ("user_info_modified", UserInfoModified),
        ("debug_demo", Pushed),
    ],
)
def test_each_event_has_its_type(name, kind):
    assert type(event_of({**BASE, "Event": name, "OpenID": "o1"}, "wx1")) is kind


def test_the_sender_stands_in_for_a_missing_openid():
    assert event_of({**BASE, "Event": "user_info_modified"}, "wx1").openid == "oFROM"


def test_an_event_never_shows_whom_it_is_about():
    event = event_of({**BASE, "Event": "user_authorization_revoke", "OpenID": "oSECRET", "OpenPID": "oPID"}, "wx1")
    assert "oSECRET" not in repr(event)
    assert "oPID" not in repr(event)


@pytest.mark.parametrize("name", ["", "a\x00b", "x" * 65, "名", None, ["x"]])
def test_a_name_that_is_none_is_unknown(name):
    assert name_of({"Event": name}) == "unknown"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["Event", "MsgType", "OpenID", "CreateTime", "RevokeInfo", "PluginID", "FromUserName"])


@given(st.dictionaries(names, json_values | st.just("user_authorization_revoke"), max_size=7))
def test_no_message_is_too_odd_to_be_typed(message):
    assert event_of(message, "wx1").appid == "wx1"
    assert canonical(message)


@pytest.mark.parametrize(
    ("message", "answers"),
    [
        ({"List": {"TemplateId": "T1", "SubscribeStatusString": "accept", "PopupScene": "0"}}, (("T1", True),)),
        (
            {"List": [{"TemplateId": "T1", "SubscribeStatusString": "reject"}, {"TemplateId": "T2"}, "odd", {}]},
            (("T1", False), ("T2", False)),
        ),
        (
            {"SubscribeMsgPopupEvent": {"List": {"TemplateId": "T1", "SubscribeStatusString": "accept"}}},
            (("T1", True),),
        ),
        ({}, ()),
    ],
)
def test_answers_to_templates_come_alone_in_a_list_or_wrapped(message, answers):
    event = event_of({**BASE, **message, "Event": "subscribe_msg_popup_event"}, "wx1")
    assert isinstance(event, TemplatesAnswered)
    assert event.answers == answers


def test_only_a_settlement_that_was_confirmed_confirms_a_trade():
    trade = {**BASE, "Event": "trade_manage_order_settlement", "transaction_id": "42", "merchant_id": "19"}
    assert type(event_of({**trade, "estimated_settlement_time": 1}, "wx1")) is Pushed
    event = event_of({**trade, "confirm_receive_time": 1620973045, "confirm_receive_method": 1}, "wx1")
    assert isinstance(event, TradeConfirmed)
    assert (event.mchid, event.transaction_id) == ("19", "42")


@pytest.mark.parametrize(
    "name", ["trade_manage_remind_shipping", "trade_manage_remind_access_api", "wxa_trade_controlled"]
)
def test_the_platforms_warnings_about_shipping_are_one_event(name):
    assert type(event_of({**BASE, "Event": name}, "wx1")) is ShippingWanted
