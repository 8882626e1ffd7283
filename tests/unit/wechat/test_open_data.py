"""Data handed over under the session_key: whatever is wrong with it means to log in again."""

import base64
import json
import os
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.errors import Problem
from yumen.wechat import open_data

APPID = "wx" + "0" * 16
NOW = datetime(2026, 11, 25, tzinfo=UTC)
KEY = base64.b64encode(bytes(16)).decode()


def sealed(plain: bytes) -> tuple[str, str]:
    iv = os.urandom(16)
    pad = 16 - len(plain) % 16
    encryptor = Cipher(AES128(bytes(16)), CBC(iv)).encryptor()
    data = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
    return base64.b64encode(data).decode(), base64.b64encode(iv).decode()


def phone(at: datetime, appid: str = APPID, country: object = "86") -> tuple[str, str]:
    mark = {"appid": appid, "timestamp": int(at.timestamp())}
    info = {"phoneNumber": "13800138000", "purePhoneNumber": "13800138000", "countryCode": country, "watermark": mark}
    return sealed(json.dumps(info).encode())


@pytest.mark.parametrize("country", ["86", 86, "+86"])
def test_the_country_code_may_be_text_or_number(country):
    info = open_data.decrypt_phone(*phone(NOW, country=country), KEY, APPID, NOW)
    assert (info.country_code, info.pure_phone_number) == ("86", "13800138000")


@pytest.mark.parametrize("shift", [timedelta(minutes=-11), timedelta(minutes=6)])
def test_an_old_or_future_watermark_is_refused(shift):
    with pytest.raises(Problem, match=r"wechat\.session_expired"):
        open_data.decrypt_phone(*phone(NOW + shift), KEY, APPID, NOW)


def test_the_watermark_of_another_app_is_refused():
    with pytest.raises(Problem, match=r"wechat\.session_expired"):
        open_data.decrypt_phone(*phone(NOW, appid="wx" + "1" * 16), KEY, APPID, NOW)


@given(st.text(max_size=100), st.text(max_size=40), st.text(max_size=40))
def test_anything_that_does_not_open_is_one_problem(data, iv, key):
    with pytest.raises(Problem, match=r"wechat\.session_expired"):
        open_data.decrypt(data, iv, key, APPID, NOW)


@given(st.binary(max_size=200))
def test_anything_that_opens_to_something_else_is_the_same_problem(plain):
    with pytest.raises(Problem, match=r"wechat\.session_expired"):
        open_data.decrypt(*sealed(plain), KEY, APPID, NOW)


@pytest.mark.parametrize("timestamp", [10**30, -(10**18), "x", None, True, 1.5])
def test_an_odd_timestamp_is_the_same_problem(timestamp):
    plain = json.dumps({"watermark": {"appid": APPID, "timestamp": timestamp}}).encode()
    with pytest.raises(Problem, match=r"wechat\.session_expired"):
        open_data.decrypt(*sealed(plain), KEY, APPID, NOW)


def test_over_long_data_is_refused_unread():
    with pytest.raises(Problem, match=r"wechat\.session_expired"):
        open_data.decrypt("A" * 16_385, KEY, KEY, APPID, NOW)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_made_up_raw_data_signature_is_not_genuine(raw_data, signature):
    assert not open_data.raw_data_is_genuine(raw_data, signature, KEY)


def test_a_changed_raw_data_is_not_genuine():
    signature = open_data.raw_data_signature('{"nickName":"玉"}', KEY)
    assert open_data.raw_data_is_genuine('{"nickName":"玉"}', signature, KEY)
    assert not open_data.raw_data_is_genuine('{"nickName":"门"}', signature, KEY)
