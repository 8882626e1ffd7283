"""Encryption of message push; the published samples are in tests/vectors."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.wechat.push.crypt import BadPush, decrypt, is_signed, signature

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.mark.parametrize("size", [0, 1, 5, 27, 28, 100, 5000])
def test_a_message_of_any_length_comes_back(sender, size):
    plain = bytes(range(256)) * 20
    assert decrypt(sender.encrypt(plain[:size]), KEY, sender.appid) == plain[:size]


def test_a_message_for_another_app_does_not_open(sender):
    with pytest.raises(BadPush, match="appid"):
        decrypt(sender.encrypt(b"x", appid="wx2"), KEY, sender.appid)


@given(st.text(max_size=120) | st.binary(max_size=96).map(lambda b: base64.b64encode(b).decode()))
def test_anything_else_is_a_bad_push(encrypted):
    with pytest.raises(BadPush):
        decrypt(encrypted, KEY, "wx1")


@pytest.mark.parametrize("key", ["", "short", "x" * 44, "玉" * 43])
def test_a_malformed_key_opens_nothing(key):
    with pytest.raises(BadPush):
        decrypt(base64.b64encode(bytes(32)).decode(), key, "wx1")


def test_a_signature_covers_all_parts_in_any_order():
    assert signature("c", "a", "b") == signature("a", "b", "c")
    assert is_signed(signature("a", "b"), "b", "a")
    assert not is_signed(signature("a", "b"), "a", "b", "c")
    assert not is_signed("", "a")
