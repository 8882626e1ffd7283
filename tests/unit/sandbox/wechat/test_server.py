import ssl
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from yumen.sandbox.kit.wire import NotLoopback
from yumen.sandbox.wechat.server import Options, running


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(state=tmp_path / "wechat.sqlite", tls_port=0, ca=tmp_path / "ca.pem")


async def test_tls_is_trusted_under_the_test_authority_for_the_real_name(sandbox, options):
    trust = ssl.create_default_context(cafile=str(options.ca))
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{sandbox.tls}/cgi-bin/token", ssl=trust) as answer:
            assert answer.status == 200
        async with session.get(
            f"{sandbox.tls}/cgi-bin/token", ssl=trust, server_hostname="api.weixin.qq.com"
        ) as answer:
            assert answer.status == 200
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await session.get(f"{sandbox.tls}/cgi-bin/token")


async def test_an_unchanged_client_reaches_it_by_proxy_and_ca_bundle(sandbox, options):
    trust = ssl.create_default_context(cafile=str(options.ca))
    async with aiohttp.ClientSession() as session:
        url = "https://api.weixin.qq.com/cgi-bin/token"
        async with session.get(url, proxy=sandbox.api, ssl=trust) as answer:
            assert (await answer.json(content_type=None))["errcode"] == 40002
        with pytest.raises(aiohttp.ClientHttpProxyError):
            await session.get("https://example.com/", proxy=sandbox.api, ssl=trust)


async def test_the_authority_stays_through_a_restart(options):
    bundles = []
    for _ in range(2):
        async with running(options):
            bundles.append(options.ca.read_text())
    assert bundles[0] == bundles[1]


async def test_it_does_not_listen_abroad(options):
    with pytest.raises(NotLoopback):
        async with running(replace(options, host="0.0.0.0")):
            pass


async def test_a_taken_port_is_an_error(options, sandbox, tmp_path):
    taken = int(sandbox.api.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        async with running(replace(options, state=tmp_path / "other.sqlite", port=taken)):
            pass
