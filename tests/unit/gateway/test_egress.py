"""The client of the gate reaches the hosts of its list and nothing else."""

from __future__ import annotations

import pytest

from yumen.gateway.egress import OUTSIDE, FencedHttp, link_settings
from yumen.kit.errors import NotSent, Rejected
from yumen.kit.http import HttpSettings, Request

HOSTS = ("crm.example.com", ".my.salesforce.com")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/x",
        "https://crm.example.com.evil.example/x",
        "https://my.salesforce.com.evil.example/",
        "https://evilmy.salesforce.com.example/",
        "https://127.0.0.1/",
    ],
)
async def test_another_host_is_refused_before_anything_is_sent(url: str) -> None:
    async with FencedHttp(HttpSettings(), HOSTS) as http:
        with pytest.raises(Rejected) as refused:
            await http.send(Request("POST", url, body=b"a person"))
    assert refused.value.code == OUTSIDE


async def test_neither_a_second_origin_nor_a_redirect_leads_outside() -> None:
    async with FencedHttp(HttpSettings(), HOSTS) as http:
        for request in (
            Request("GET", "https://crm.example.com/", also_at=("https://evil.example",)),
            Request("GET", "https://crm.example.com/", follow_redirects=True),
        ):
            with pytest.raises(Rejected) as refused:
                await http.send(request)
            assert refused.value.code == OUTSIDE


@pytest.mark.parametrize("host", ["127.0.0.1", "LOCALHOST"])
async def test_a_listed_host_is_tried(host: str) -> None:
    async with FencedHttp(HttpSettings(), ("127.0.0.1", "localhost")) as http:
        with pytest.raises(NotSent):
            await http.send(Request("POST", f"http://{host}:9/", body=b"x", deadline_s=2.0))


async def test_a_broken_link_keeps_nobody_out_once_it_is_back() -> None:
    async with FencedHttp(link_settings(4), ["127.0.0.1"]) as http:
        for _ in range(50):
            with pytest.raises(NotSent) as failed:
                await http.send(Request("POST", "http://127.0.0.1:9/", body=b"x"))
            assert failed.value.code == "http.unreachable"
