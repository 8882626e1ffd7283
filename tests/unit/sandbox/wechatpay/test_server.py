import ssl
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from yumen.sandbox.kit.wire import NotLoopback
from yumen.sandbox.wechatpay.server import PLAY, Options, running


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(state=tmp_path / "wechatpay.sqlite", tls_port=0, ca=tmp_path / "ca.pem")


async def test_an_unchanged_client_reaches_every_played_name_by_proxy_and_ca_bundle(sandbox, options):
    trust = ssl.create_default_context(cafile=str(options.ca))
    async with aiohttp.ClientSession() as session:
        for name in PLAY.names:
            async with session.get(f"https://{name}/v3/certificates", proxy=sandbox.api, ssl=trust) as answer:
                assert (await answer.json(content_type=None))["code"] == "SIGN_ERROR"
        with pytest.raises(aiohttp.ClientHttpProxyError):
            await session.get("https://example.com/", proxy=sandbox.api, ssl=trust)


async def test_it_does_not_listen_abroad(options):
    with pytest.raises(NotLoopback):
        async with running(replace(options, host="0.0.0.0")):
            pass
