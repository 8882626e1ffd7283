import json
from pathlib import Path

import pytest

from yumen.sandbox.wechat.push_messages import cancelled, modified, revoked, text
from yumen.sandbox.wechat.push_seal import acknowledged, decrypt, encrypt, envelope, sign, written
from yumen.sandbox.wechat.records import App, Member, PushTarget, Quirks

CASES = json.loads((Path(__file__).parents[3] / "vectors/wechat-message-push.json").read_text())["cases"]
APP = App(appid="wxba5fad812f8e6fb9", secret="s", name="n", original_id="gh_97417a04a28d")
MEMBER = Member(openid="o9AgO5Kd5ggOC-bXrbNODIiE3bGY", appid=APP.appid, person="p1")


def target(mode: str, form: str = "json") -> PushTarget:
    return PushTarget(url="http://127.0.0.1/", token="AAAAA", encoding_aes_key="A" * 43, mode=mode, format=form)


def of_kind(*kinds: str) -> list:
    return [pytest.param(case, id=case["name"]) for case in CASES if case["kind"] in kinds]


def with_message_signature() -> list:
    cases = [case for case in CASES if "msg_signature" in case and case["kind"] != "invalid"]
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.mark.parametrize("case", of_kind("url_verification", "plain_signature"))
def test_official_signatures(case):
    assert sign(case["token"], case["timestamp"], case["nonce"]) == case["signature"]


@pytest.mark.parametrize("case", of_kind("encrypt_deterministic", "decrypt"))
def test_official_ciphertexts_come_out_byte_for_byte(case):
    plain, head = case["plaintext"].encode(), case["random16"].encode()
    assert encrypt(case["encoding_aes_key"], case["appid"], plain, head) == case["encrypt"]
    assert decrypt(case["encoding_aes_key"], case["encrypt"]) == (plain, case["appid"])


@pytest.mark.parametrize("case", with_message_signature())
def test_official_message_signatures(case):
    signature = sign(case["token"], case["timestamp"], case["nonce"], case["encrypt"])
    assert signature == case["msg_signature"]


def test_secure_mode_hides_the_message_and_signs_the_ciphertext():
    message = revoked(APP, MEMBER, ["8", "6"], 1_700_000_000.0)
    query, body = envelope(message, target("secure"), APP.appid, MEMBER.openid, "1700000000")
    outer = json.loads(body)
    assert set(outer) == {"ToUserName", "Encrypt"}
    assert query["msg_signature"] == sign("AAAAA", "1700000000", query["nonce"], outer["Encrypt"])
    assert query["signature"] == sign("AAAAA", "1700000000", query["nonce"])
    assert (query["encrypt_type"], query["openid"]) == ("aes", MEMBER.openid)
    inner, appid = decrypt("A" * 43, outer["Encrypt"])
    assert json.loads(inner) == message
    assert appid == APP.appid


def test_compatible_mode_carries_both():
    message = cancelled(APP, MEMBER, 1.0)
    _, body = envelope(message, target("compatible"), APP.appid, MEMBER.openid, "1")
    outer = json.loads(body)
    assert outer["Event"] == "user_authorization_cancellation"
    assert json.loads(decrypt("A" * 43, outer["Encrypt"])[0]) == message


def test_plain_mode_has_no_second_signature():
    query, body = envelope(modified(APP, MEMBER, 1.0), target("plain"), APP.appid, MEMBER.openid, "1")
    assert json.loads(body)["Event"] == "user_info_modified"
    assert "msg_signature" not in query


def test_xml_survives_hostile_text():
    message = text(APP, MEMBER, "a]]><b>&你好", 1.0)
    body = written(message, target("plain", "xml")).decode()
    assert body.startswith(f"<xml><ToUserName><![CDATA[{APP.original_id}]]></ToUserName>")
    assert "<CreateTime>1</CreateTime>" in body
    assert "<![CDATA[a]]]]><![CDATA[><b>&你好]]>" in body


def test_the_time_may_come_as_text():
    loose = App(appid="wx1", secret="s", name="n", original_id="gh_1", quirks=Quirks(create_time_text=True))
    assert modified(loose, MEMBER, 5.9)["CreateTime"] == "5"


@pytest.mark.parametrize(
    ("body", "taken"),
    [(b"success", True), (b"", True), (b" success\n", True), (b'{"Encrypt":"x"}', True), (b"<xml></xml>", True),
     (b"ok", False), (b"<html>", False), (b'{"code":0}', False)],
)  # fmt: skip
def test_what_counts_as_received(body, taken):
    assert acknowledged(body) is taken
