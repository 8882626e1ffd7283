"""The stand-in for WeChat gives one shopper one openid, whatever the code."""

import json

from bench.stand_in import answer, openid_of

ASKED = b"GET /sns/jscode2session?appid=wx&secret=s&js_code=%b&grant_type=authorization_code HTTP/1.1\r\nhost: x"


def body_of(answered: bytes) -> dict[str, str]:
    head, _, body = answered.partition(b"\r\n\r\n")
    assert b"content-length: %d" % len(body) in head
    return json.loads(body)


def test_two_codes_of_a_shopper_give_the_same_openid():
    one, other = (body_of(answer(ASKED % code)) for code in (b"00000007aaaa", b"00000007bbbb"))
    assert one["openid"] == other["openid"] == openid_of(7)
    assert len(one["openid"]) == 28


def test_two_shoppers_have_two_openids():
    assert body_of(answer(ASKED % b"00000007aaaa"))["openid"] != body_of(answer(ASKED % b"00000008aaaa"))["openid"]


def test_anything_else_is_not_found():
    assert answer(b"GET /cgi-bin/token?js_code=00000001 HTTP/1.1").startswith(b"HTTP/1.1 404")
    assert answer(b"POST /sns/jscode2session HTTP/1.1").startswith(b"HTTP/1.1 404")
