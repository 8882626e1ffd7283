"""Typed answers never show whom they are about."""

import msgspec

from yumen.wechat.answers import PhoneInfo, Session


def test_neither_person_nor_key_is_shown():
    session = Session(openid="oPERSON", session_key="KEY", unionid="oUNION")
    assert not [secret for secret in ("oPERSON", "KEY", "oUNION") if secret in f"{session!r}{session!s}"]


def test_the_number_is_not_shown_and_the_country_code_is_text():
    wire = b"""{"phoneNumber": "+6591234567", "purePhoneNumber": "91234567", "countryCode": 65,
                "watermark": {"timestamp": "1", "appid": "wx"}}"""
    info = msgspec.json.decode(wire, type=PhoneInfo, strict=False)
    assert (info.country_code, info.pure_phone_number, info.watermark.timestamp) == ("65", "91234567", 1)
    assert "9123" not in f"{info!r}{info!s}"
