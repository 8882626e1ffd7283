"""WeChat's published samples (the JSON files beside this one say where each comes from)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from yumen.kit.errors import Problem
from yumen.wechat import PushMode, PushSettings, open_data
from yumen.wechat.push import crypt
from yumen.wechat.push.verify import Delivery, echo, read, verified

HERE = Path(__file__).parent
OPEN_DATA = json.loads((HERE / "wechat-encrypted-data.json").read_text(encoding="utf-8"))["cases"]
PUSH = json.loads((HERE / "wechat-message-push.json").read_text(encoding="utf-8"))["cases"]
THEN = datetime.fromtimestamp(1477314187 + 60, UTC)
"""A minute after the samples of encryptedData were made."""


def of_kind(cases, *kinds):
    return [pytest.param(case, id=case["name"]) for case in cases if case["kind"] in kinds]


@pytest.mark.parametrize("case", of_kind(OPEN_DATA, "encrypted_data"))
def test_encrypted_data_opens(case):
    opened = open_data.decrypt(case["encrypted_data"], case["iv"], case["session_key"], case["appid"], THEN)
    assert opened == case["expected"]


@pytest.mark.parametrize("case", of_kind(OPEN_DATA, "encrypted_data_invalid"))
def test_encrypted_data_under_a_wrong_key_or_appid_means_log_in_again(case):
    appid = case.get("appid", "wx4f4bc4dec97d474b")
    with pytest.raises(Problem, match=r"wechat\.session_expired"):
        open_data.decrypt(case["encrypted_data"], case["iv"], case["session_key"], appid, THEN)


@pytest.mark.parametrize("case", of_kind(OPEN_DATA, "raw_data_signature"))
def test_raw_data_signature(case):
    assert open_data.raw_data_signature(case["raw_data"], case["session_key"]) == case["signature"]
    assert open_data.raw_data_is_genuine(case["raw_data"], case["signature"], case["session_key"])


@pytest.mark.parametrize("case", of_kind(OPEN_DATA, "session_signature"))
def test_session_signature(case):
    assert open_data.session_signature(case["session_key"], case["message"].encode()) == case["signature"]


@pytest.mark.parametrize("case", of_kind(PUSH, "url_verification"))
def test_url_verification(case):
    delivery = Delivery(case["timestamp"], case["nonce"], case["signature"])
    assert echo(PushSettings(case["token"]), delivery, case["echostr"]) == case["echostr"]


@pytest.mark.parametrize("case", of_kind(PUSH, "plain_signature"))
def test_plain_signature(case):
    assert crypt.signature(case["token"], case["timestamp"], case["nonce"]) == case["signature"]


@pytest.mark.parametrize("case", of_kind(PUSH, "decrypt", "encrypt_deterministic"))
def test_secure_messages_open(case):
    opened = crypt.decrypt(case["encrypt"], case["encoding_aes_key"], case["appid"])
    assert opened.decode() == case["plaintext"]


@pytest.mark.parametrize("case", of_kind([c for c in PUSH if "msg_signature" in c], "decrypt", "encrypt_deterministic"))
def test_message_signatures(case):
    parts = (case["token"], case["timestamp"], case["nonce"], case["encrypt"])
    assert crypt.signature(*parts) == case["msg_signature"]


@pytest.mark.parametrize("wrap", ["json", "xml"])
@pytest.mark.parametrize("case", of_kind(PUSH, "decrypt"))
def test_secure_deliveries_are_verified_and_read(case, wrap):
    opened = verified(_settings(case), case["appid"], _delivery(case, wrap), _at(case))
    assert opened.decode() == case["plaintext"]
    assert read(opened)["FromUserName"]


@pytest.mark.parametrize("case", of_kind(PUSH, "invalid"))
def test_forged_and_foreign_deliveries_are_refused(case):
    with pytest.raises(Problem, match=r"wechat\.push_refused"):
        verified(_settings(case), case["appid"], _delivery(case, "json"), _at(case))


def _settings(case):
    return PushSettings(case["token"], case["encoding_aes_key"], PushMode.SECURE)


def _delivery(case, wrap):
    body = json.dumps({"ToUserName": "gh_x", "Encrypt": case["encrypt"]})
    if wrap == "xml":
        body = f"<xml><ToUserName>gh_x</ToUserName><Encrypt><![CDATA[{case['encrypt']}]]></Encrypt></xml>"
    return Delivery(case["timestamp"], case["nonce"], "", case["msg_signature"], body.encode())


def _at(case):
    return datetime.fromtimestamp(int(case["timestamp"]) + 1, UTC)
