"""The outgoing client: deadlines, repeats, failover, limits, and failures told by what may be done next."""

import asyncio
import logging
import ssl

import pytest
from aiohttp import web

from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.http import Http, HttpSettings, Request, Sample, State


async def test_an_answer_of_any_status_comes_back_with_headers_in_lower_case(http, peer):
    async def teapot(_):
        return web.Response(status=418, body=b"short", headers={"X-Kind": "stout"})

    peer.answer = teapot
    answer = await http.send(Request("GET", f"{peer.url}/pot", query={"a": "甲 b&c"}))
    assert (answer.status, answer.headers["x-kind"], answer.body) == (418, "stout", b"short")
    assert peer.asked[0].query["a"] == "甲 b&c"


async def test_a_body_goes_out_byte_for_byte(http, peer):
    await http.send(Request("POST", peer.url, body='{"name":"玉门"}'.encode()))
    assert peer.bodies == ['{"name":"玉门"}'.encode()]


async def test_a_cookie_of_one_answer_is_not_sent_with_the_next_request(http, peer):
    async def sticky(_):
        return web.Response(headers={"Set-Cookie": "spy=1"})

    peer.answer = sticky
    await http.send(Request("GET", peer.url))
    await http.send(Request("GET", peer.url))
    assert "Cookie" not in peer.asked[1].headers


async def test_a_redirect_is_answered_not_followed(http, peer):
    async def away(_):
        raise web.HTTPFound("/elsewhere")

    peer.answer = away
    assert (await http.send(Request("GET", peer.url))).status == 302
    assert len(peer.asked) == 1


async def test_endless_redirects_are_rejected_when_following_was_asked_for(http, peer):
    async def away(_):
        raise web.HTTPFound("/again")

    peer.answer = away
    with pytest.raises(Rejected, match=r"http\.redirects"):
        await http.send(Request("GET", peer.url, follow_redirects=True))


async def test_a_repeatable_request_is_repeated_until_it_is_answered(http, peer):
    async def third_time(_):
        return web.Response(status=200 if len(peer.asked) == 3 else 503)

    peer.answer = third_time
    assert (await http.send(Request("GET", peer.url))).status == 200
    assert len(peer.asked) == 3


async def test_the_last_answer_is_given_back_when_all_attempts_say_try_later(http, peer):
    async def never(_):
        return web.Response(status=503)

    peer.answer = never
    assert (await http.send(Request("GET", peer.url, attempts_max=2))).status == 503
    assert len(peer.asked) == 2


@pytest.mark.parametrize("request_of", [lambda u: Request("POST", u), lambda u: Request("GET", u, idempotent=False)])
async def test_what_may_not_be_repeated_is_sent_once(http, peer, request_of):
    async def busy(_):
        return web.Response(status=503)

    peer.answer = busy
    assert (await http.send(request_of(peer.url))).status == 503
    assert len(peer.asked) == 1


async def test_a_silent_peer_leaves_the_call_unsettled_within_the_deadline(http, peer):
    async def silent(_):
        await asyncio.sleep(30)
        return web.Response()

    peer.answer = silent
    began = asyncio.get_running_loop().time()
    with pytest.raises(Unsettled, match=r"http\.deadline"):
        await http.send(Request("POST", peer.url, deadline_s=0.2))
    assert asyncio.get_running_loop().time() - began < 2


async def test_a_connection_cut_before_the_answer_leaves_the_call_unsettled(http, peer):
    async def cut(request):
        request.transport.abort()
        return web.Response()

    peer.answer = cut
    with pytest.raises(Unsettled, match=r"http\.broken_off"):
        await http.send(Request("POST", peer.url))
    assert len(peer.asked) == 1


async def test_a_closed_port_means_not_sent(http, closed_port):
    with pytest.raises(NotSent, match=r"http\.unreachable"):
        await http.send(Request("POST", closed_port))


async def test_the_next_origin_is_tried_on_connection_failure_also_for_a_post(http, peer, closed_port):
    answer = await http.send(Request("POST", f"{closed_port}/pay?x=1", body=b"once", also_at=(peer.url,)))
    assert answer.status == 200
    assert (str(peer.asked[0].rel_url), peer.bodies) == ("/pay?x=1", [b"once"])


async def test_the_next_origin_is_not_tried_after_a_broken_answer(http, peer, closed_port):
    async def cut(request):
        request.transport.abort()
        return web.Response()

    peer.answer = cut
    with pytest.raises(Unsettled):
        await http.send(Request("POST", peer.url, also_at=(closed_port,)))


async def test_an_answer_beyond_the_limit_is_not_read_to_its_end(http, peer):
    async def long(_):
        return web.Response(body=b"x" * 5000)

    peer.answer = long
    with pytest.raises(Unsettled, match=r"http\.answer_too_long"):
        await http.send(Request("POST", peer.url, answer_max_bytes=4999))
    assert len((await http.send(Request("POST", peer.url, answer_max_bytes=5000))).body) == 5000


@pytest.mark.parametrize(
    "url", ["ftp://example.cn/", "//example.cn", "http://", "https://u:p@example.cn/", "http://[::1"]
)
async def test_an_url_that_is_no_plain_web_address_is_rejected(http, url):
    with pytest.raises(Rejected, match=r"http\.url_refused"):
        await http.send(Request("GET", url))


async def test_an_open_circuit_sends_nothing_and_closes_again_after_a_good_answer(peer, closed_port):
    now = [0.0]
    async with Http(HttpSettings(circuit_failures_max=2, circuit_open_s=30), clock=lambda: now[0]) as http:
        host = peer.url.removeprefix("http://")

        async def busy(_):
            return web.Response(status=503)

        peer.answer = busy
        for _ in range(2):
            await http.send(Request("POST", peer.url))
        with pytest.raises(NotSent, match=r"http\.circuit_open"):
            await http.send(Request("POST", peer.url))
        assert len(peer.asked) == 2
        now[0], peer.answer = 31.0, None
        assert (await http.send(Request("POST", peer.url))).status == 200
        assert http.circuit(host).state is State.CLOSED


async def test_every_attempt_is_told_and_no_secret_is_logged(peer, caplog):
    told: list[Sample] = []

    async def busy(_):
        return web.Response(status=503)

    peer.answer = busy
    async with Http(observe=told.append) as http:
        with caplog.at_level(logging.INFO, logger="yumen.http"):
            await http.send(
                Request("GET", f"{peer.url}/sns/x", query={"secret": "s3cr3t", "appid": "wx1"}, attempts_max=2)
            )
    assert [(s.outcome, s.attempt, s.method) for s in told] == [("503", 1, "GET"), ("503", 2, "GET")]
    assert "s3cr3t" not in caplog.text
    assert "/sns/x?secret=…&appid=wx1" in caplog.text


async def test_a_failure_names_neither_query_nor_secret(http, closed_port):
    with pytest.raises(NotSent) as caught:
        await http.send(Request("GET", closed_port, query={"secret": "s3cr3t"}, attempts_max=1))
    shown = f"{caught.value!s}{caught.value!r}{dict(caught.value.facts)}{caught.value.__cause__}"
    assert "s3cr3t" not in shown


async def test_a_forward_proxy_is_used_when_one_is_set(peer):
    async with Http(HttpSettings(proxy_url=peer.url)) as http:
        answer = await http.send(Request("GET", "http://api.example.test/x?y=1"))
    assert answer.body == b"hello"
    assert peer.asked[0].headers["Host"] == "api.example.test"


async def test_a_proxy_that_refuses_the_tunnel_means_not_sent(peer):
    async def forbidden(_):
        return web.Response(status=403)

    peer.answer = forbidden
    async with Http(HttpSettings(proxy_url=peer.url)) as http:
        with pytest.raises(NotSent, match=r"http\.proxy_refused"):
            await http.send(Request("POST", "https://api.example.test/x"))


async def test_a_missing_ca_bundle_is_said_at_once(tmp_path, peer):
    async with Http(HttpSettings(ca_bundle=tmp_path / "none.pem")) as http:
        with pytest.raises((FileNotFoundError, ssl.SSLError)):
            await http.send(Request("GET", peer.url))


async def test_a_cancelled_call_leaves_the_circuit_as_it_was(peer):
    async def silent(_):
        await asyncio.sleep(30)
        return web.Response()

    peer.answer = silent
    async with Http(HttpSettings(circuit_failures_max=1)) as http:
        call = asyncio.create_task(http.send(Request("POST", peer.url)))
        await asyncio.sleep(0.1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert http.circuit(peer.url.removeprefix("http://")).state is State.CLOSED
