"""One exchange: to the judged address, under the name that was asked for."""

import aiohttp
import pytest
from aiohttp import web

from yumen.kit.errors import NotSent, Unsettled
from yumen.kit.http.exchange import exchange
from yumen.kit.http.message import Request


async def test_a_judged_address_is_connected_to_and_the_name_is_kept(peer):
    port = peer.url.rpartition(":")[2]
    url = f"http://hook.example:{port}/in?x=1"
    async with aiohttp.ClientSession() as session:
        answer = await exchange(session, Request("GET", url), url, None, 5.0, address="127.0.0.1")
    assert answer.status == 200
    assert peer.asked[0].headers["Host"] == f"hook.example:{port}"
    assert str(peer.asked[0].rel_url) == "/in?x=1"


async def test_a_peer_that_speaks_no_tls_was_not_sent_anything(peer):
    url = peer.url.replace("http://", "https://")
    async with aiohttp.ClientSession() as session:
        with pytest.raises((NotSent, Unsettled)) as caught:
            await exchange(session, Request("POST", url, body=b"secret"), url, None, 5.0)
    assert isinstance(caught.value, NotSent)
    assert peer.bodies == []


async def test_a_signed_url_goes_out_byte_for_byte(peer):
    url = f"{peer.url}/v3/A%7CB%2A01?token=a%2Fb+c%7E"
    async with aiohttp.ClientSession() as session:
        await exchange(session, Request("GET", url, verbatim=True), url, None, 5.0)
    assert peer.asked[0].raw_path == "/v3/A%7CB%2A01?token=a%2Fb+c%7E"


@pytest.mark.parametrize(("status", "taken", "body"), [(200, b"hello", b""), (404, b"", b"hello")])
async def test_a_sink_takes_the_body_of_a_good_answer_only(peer, status, taken, body):
    async def say(_):
        return web.Response(status=status, body=b"hello")

    peer.answer = say
    pieces: list[bytes] = []
    request = Request("GET", peer.url, sink=pieces.append)
    async with aiohttp.ClientSession() as session:
        answer = await exchange(session, request, peer.url, None, 5.0)
    assert (b"".join(pieces), answer.body, request.may_repeat) == (taken, body, False)


@pytest.mark.parametrize("left_s", [0.3, 6.0, 12.0])
async def test_a_deadline_is_kept_to_the_fraction_of_a_second(peer, left_s):
    kept = []

    class Noting:
        """What `exchange` uses of a session."""

        def __init__(self, session):
            self.session = session

        def request(self, method, url, **options):
            kept.append(options["timeout"])
            return self.session.request(method, url, **options)

    async with aiohttp.ClientSession() as session:
        await exchange(Noting(session), Request("GET", peer.url), peer.url, None, left_s)
    (timeout,) = kept
    assert timeout.total == left_s
    assert timeout.ceil_threshold > left_s
