"""A user-supplied URL leads to public addresses only, and to the one that was judged."""

import pytest
from aiohttp import web

from yumen.kit.errors import NotSent, Rejected
from yumen.kit.http import Http, Request
from yumen.kit.http.addresses import is_public, judged, resolve


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "not an address", "",
    ],
)  # fmt: skip
def test_private_and_local_addresses_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["119.29.29.29", "2400:3200::1", "::ffff:119.29.29.29", "64:ff9b::771d:1d1d"])
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


async def test_one_private_answer_among_public_ones_refuses_the_name():
    async def two_faced(_host, _port):
        return ["119.29.29.29", "127.0.0.1"]

    with pytest.raises(Rejected, match=r"http\.address_refused"):
        await judged("hook.example", 443, two_faced, is_public)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::1]"])
async def test_every_spelling_of_this_machine_is_refused(http, host):
    with pytest.raises(Rejected, match=r"http\.address_refused"):
        await http.send(Request("GET", f"http://{host}:1/", public_only=True))


async def test_a_name_that_changes_its_answer_gains_nothing(other_peer):
    """The judge here takes 127.0.0.2 for a public address, so that the test stays on the loopback."""
    answers = [["127.0.0.2"], ["127.0.0.1"]]

    async def rebinding(_host, _port):
        return answers.pop(0)

    port = other_peer.url.rpartition(":")[2]
    async with Http(resolve_name=rebinding, public=lambda address: address == "127.0.0.2") as http:
        await http.send(Request("GET", f"http://hook.example:{port}/in", public_only=True))
        with pytest.raises(Rejected, match=r"http\.address_refused"):
            await http.send(Request("GET", f"http://hook.example:{port}/in", public_only=True))
    assert [r.headers["Host"] for r in other_peer.asked] == [f"hook.example:{port}"]


async def test_a_redirect_from_a_judged_address_is_never_followed(other_peer):
    async def away(_):
        raise web.HTTPFound("http://127.0.0.1:1/")

    async def fixed(_host, _port):
        return ["127.0.0.2"]

    other_peer.answer = away
    port = other_peer.url.rpartition(":")[2]
    async with Http(resolve_name=fixed, public=lambda _: True) as http:
        request = Request("GET", f"http://hook.example:{port}/", public_only=True, follow_redirects=True)
        assert (await http.send(request)).status == 302


async def test_an_unknown_name_means_not_sent():
    with pytest.raises(NotSent, match=r"http\.name_unknown"):
        await resolve("no-such-name.invalid", 443)


async def test_a_literal_resolves_to_itself():
    assert await resolve("127.0.0.1", 80) == ["127.0.0.1"]
