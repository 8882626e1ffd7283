"""Deliveries: genuine, fresh, readable; everything else is a 4xx problem."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.errors import Problem
from yumen.wechat import PushMode, PushSettings
from yumen.wechat.push.verify import Delivery, echo, read, verified

AT = 1_800_000_000
NOW = datetime.fromtimestamp(AT, UTC)
MESSAGE = b'{"MsgType":"event","Event":"user_info_modified"}'


def secure(sender, plain=MESSAGE, at=AT, **changes):
    encrypted = sender.encrypt(plain)
    signature = sender.signature(sender.token, str(at), "n1", encrypted)
    given = {"timestamp": str(at), "nonce": "n1", "msg_signature": signature, "body": envelope(encrypted), **changes}
    return Delivery(**given)


def envelope(encrypted):
    return json.dumps({"ToUserName": "gh_1", "Encrypt": encrypted}).encode()


def plain_settings(mode=PushMode.PLAIN):
    return PushSettings("pamtest", mode=mode)


def test_a_secure_delivery_gives_its_message(account, sender):
    assert verified(account.push, account.appid, secure(sender), NOW) == MESSAGE


def test_in_compatible_mode_the_unsigned_plain_fields_are_not_read(account, sender):
    both = {"Event": "user_authorization_cancellation", "Encrypt": sender.encrypt(MESSAGE)}
    signature = sender.signature(sender.token, str(AT), "n1", both["Encrypt"])
    delivery = Delivery(str(AT), "n1", "", signature, json.dumps(both).encode())
    settings = PushSettings(account.push.token, account.push.encoding_aes_key, PushMode.COMPATIBLE)
    assert verified(settings, account.appid, delivery, NOW) == MESSAGE


def test_a_plain_message_is_refused_in_secure_mode(account, sender):
    signature = sender.signature(sender.token, str(AT), "n1")
    with pytest.raises(Problem, match=r"wechat\.push_refused"):
        verified(account.push, account.appid, Delivery(str(AT), "n1", signature, "", MESSAGE), NOW)


def test_a_plain_delivery_gives_its_body(sender):
    signature = sender.signature("pamtest", str(AT), "n1")
    delivery = Delivery(str(AT), "n1", signature, "", MESSAGE)
    assert verified(plain_settings(), sender.appid, delivery, NOW) == MESSAGE


@pytest.mark.parametrize(
    "change",
    [{"timestamp": str(AT + 1)}, {"nonce": "n2"}, {"msg_signature": "0" * 40}, {"msg_signature": ""}, {"body": b"{}"},
     {"timestamp": "٣"}, {"timestamp": ""}, {"timestamp": "-1"}, {"nonce": "n" * 300}, {"msg_signature": "\ud800"}],
)  # fmt: skip
def test_a_changed_delivery_is_refused(account, sender, change):
    with pytest.raises(Problem, match=r"wechat\.push_refused"):
        verified(account.push, account.appid, secure(sender, **change), NOW)


def test_a_message_for_another_app_is_refused(account, sender):
    encrypted = sender.encrypt(MESSAGE, appid="wx" + "9" * 16)
    signature = sender.signature(sender.token, str(AT), "n1", encrypted)
    with pytest.raises(Problem, match=r"wechat\.push_refused"):
        verified(account.push, account.appid, Delivery(str(AT), "n1", "", signature, envelope(encrypted)), NOW)


@pytest.mark.parametrize("shift", [-301, 301])
def test_a_delivery_outside_the_window_is_stale(account, sender, shift):
    with pytest.raises(Problem, match=r"wechat\.push_stale"):
        verified(account.push, account.appid, secure(sender, at=AT + shift), NOW)


def test_a_body_beyond_the_limit_is_refused_unread(account, sender):
    with pytest.raises(Problem, match=r"wechat\.push_malformed"):
        verified(account.push, account.appid, secure(sender, body=b"x" * (256 * 1024 + 1)), NOW)


@pytest.mark.parametrize("echostr", ["", "<script>", "x" * 129, "a\nb", "玉"])
def test_what_is_no_plain_echo_is_not_reflected(sender, echostr):
    signature = sender.signature("pamtest", str(AT), "n1")
    with pytest.raises(Problem, match=r"wechat\.push_refused"):
        echo(plain_settings(), Delivery(str(AT), "n1", signature), echostr)


def test_an_echo_under_a_wrong_signature_is_refused():
    with pytest.raises(Problem, match=r"wechat\.push_refused"):
        echo(plain_settings(), Delivery(str(AT), "n1", "0" * 40), "12345")


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda s: f"<xml>{s}</xml>".encode("utf-8", "replace")))
def test_no_bytes_are_anything_but_a_message_or_malformed(body):
    try:
        outcome: object = read(body)
    except Problem as problem:
        outcome = problem.code.name
    assert isinstance(outcome, dict) or outcome == "wechat.push_malformed"


@given(*[st.text(max_size=300)] * 4, st.binary(max_size=300))
def test_no_delivery_is_anything_but_refused(timestamp, nonce, signature, msg_signature, body):
    for mode in PushMode:
        settings = PushSettings("pamtest", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", mode)
        with pytest.raises(Problem, match=r"wechat\.push_(refused|malformed)"):
            verified(settings, "wx1", Delivery(timestamp, nonce, signature, msg_signature, body), NOW)
