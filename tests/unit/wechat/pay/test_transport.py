"""What goes over the wire: signed as sent, to the second host only when the first is away."""

import asyncio
import re

import pytest

from yumen.kit.clock import real_now
from yumen.kit.errors import NotSent, Unsettled
from yumen.wechat.pay.platform import RsaVerifier
from yumen.wechat.pay.signing import request_message
from yumen.wechat.pay.transport import Outgoing, send

TARGET = "/v3/pay/transactions/out-trade-no/A%7CB*01?mchid=1900000109"
FORM = re.compile(
    r'WECHATPAY2-SHA256-RSA2048 mchid="(\d+)",nonce_str="(\w{32})",timestamp="(\d+)",serial_no="(\w+)",signature="(.+)"'
)


def signed_message(asked):
    method, raw_path, headers, body = asked
    mchid, nonce, timestamp, serial, signature = FORM.fullmatch(headers["Authorization"]).groups()
    return request_message(method, raw_path, int(timestamp), nonce, body), signature, (mchid, serial)


async def test_what_was_sent_is_what_was_signed(http, make_merchant, wechat_pay, merchant_key, shop):
    path = "/v3/pay/transactions/out-trade-no/A|B*01"
    wechat_pay.answers[path] = (200, {})
    merchant = make_merchant()
    await send(http, merchant, Outgoing("GET", TARGET), real_now())
    await send(http, merchant, Outgoing("POST", TARGET, '{"a":"玉门"}'.encode()), real_now())
    for asked in wechat_pay.asked:
        message, signature, who = signed_message(asked)
        assert RsaVerifier(merchant_key.public_key()).verify(message, signature)
        assert who == (shop.mchid, merchant.serial)
        assert asked[1] == TARGET
    get, post = (asked[2] for asked in wechat_pay.asked)
    assert (get["Accept"], get["Wechatpay-Serial"], "Content-Type" in get) == ("application/json", shop.key_id, False)
    assert post["Content-Type"] == "application/json"
    assert get["User-Agent"]


async def test_without_a_public_key_no_serial_is_said_unless_a_field_is_encrypted(http, make_merchant, wechat_pay):
    wechat_pay.answers["/v3/x"] = (200, {})
    merchant = make_merchant(public_key_id="")
    await send(http, merchant, Outgoing("GET", "/v3/x"), real_now())
    await send(http, merchant, Outgoing("GET", "/v3/x", key="AB12"), real_now())
    assert [asked[2].get("Wechatpay-Serial") for asked in wechat_pay.asked] == [None, "AB12"]


async def test_the_second_host_is_asked_when_the_first_cannot_be_reached(http, make_merchant, wechat_pay, closed_port):
    wechat_pay.answers["/v3/x"] = (200, {})
    merchant = make_merchant(origins=(closed_port, wechat_pay.url))
    assert (await send(http, merchant, Outgoing("POST", "/v3/x", b"{}"), real_now())).status == 200
    with pytest.raises(NotSent):
        await send(http, make_merchant(origins=(closed_port, closed_port)), Outgoing("GET", "/v3/x"), real_now())


async def test_the_second_host_is_not_asked_when_the_first_took_the_call(http, make_merchant, wechat_pay, cutting_port):
    merchant = make_merchant(origins=(cutting_port, wechat_pay.url))
    with pytest.raises(Unsettled):
        await send(http, merchant, Outgoing("POST", "/v3/x", b"{}"), real_now())
    assert wechat_pay.asked == []


@pytest.fixture
async def closed_port():
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"http://127.0.0.1:{port}"


@pytest.fixture
async def cutting_port():
    """A host that takes the request and hangs up."""

    async def cut(reader, writer):
        await reader.read(1000)
        writer.close()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
