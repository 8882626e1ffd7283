import asyncio

import pytest

from yumen.sandbox.kit.tunnel import NamesTunnel


@pytest.mark.parametrize("target", ["example.com:443", "api.weixin.qq.com:80", "api.weixin.qq.com", ""])
def test_only_played_names_on_the_https_port_are_let_through(target):
    tunnel = NamesTunnel({"api.weixin.qq.com"}.__contains__, "127.0.0.1", 1)
    assert tunnel(asyncio.Transport(), target) is None
