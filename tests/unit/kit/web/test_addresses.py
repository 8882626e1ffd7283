"""A log knows the network of a caller, never the address."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from yumen.kit.web.addresses import forwarded, peer, shorten


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("not an address", "unknown"),
        ("", "unknown"),
    ],
)
def test_an_address_is_shortened_to_its_network(address: str, network: str) -> None:
    assert shorten(address).shortened == network


def test_limits_count_by_address_and_of_ipv6_by_its_64() -> None:
    assert shorten("203.0.113.77").counted == "203.0.113.77/32"
    assert shorten("2001:db8:1:2:3::4").counted == "2001:db8:1:2::/64"


PROXIES = (ip_network("10.0.0.0/8"), ip_network("192.0.2.1"))


@pytest.mark.parametrize(
    ("header", "socket_peer", "caller"),
    [
        ("198.51.100.9", "10.0.0.2", "198.51.100.9"),
        ("6.6.6.6, 198.51.100.9", "10.0.0.2", "198.51.100.9"),
        ("6.6.6.6, 198.51.100.9, 10.1.2.3", "::ffff:10.0.0.2", "198.51.100.9"),
        ("198.51.100.9,10.0.0.1,192.0.2.1", "10.0.0.2", "198.51.100.9"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.1"),
        ("6.6.6.6, nonsense", "10.0.0.2", "nonsense"),
        ("6.6.6.6," * 500 + " 198.51.100.9", "10.0.0.2", "198.51.100.9"),
        ("6.6.6.6", "203.0.113.5", "203.0.113.5"),
        ("6.6.6.6", "", ""),
        ("", "10.0.0.2", "10.0.0.2"),
        (None, "10.0.0.2", "10.0.0.2"),
    ],
)
def test_a_forwarded_address_is_believed_as_far_as_trusted_proxies_say_it(
    header: str | None, socket_peer: str, caller: str
) -> None:
    assert forwarded(header, socket_peer, PROXIES) == caller


def test_without_trusted_proxies_nobody_says_who_they_are() -> None:
    assert forwarded("198.51.100.9", "10.0.0.2", ()) == "10.0.0.2"


def test_a_scope_without_a_peer_is_unknown() -> None:
    assert peer({"state": {}}).shortened == "unknown"
