"""A log knows the network of a caller, never the address."""

from __future__ import annotations

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


def test_a_forwarded_header_is_believed_only_behind_that_many_proxies() -> None:
    header = "198.51.100.9, 203.0.113.1, 10.0.0.1"
    assert forwarded(header, "10.0.0.2", 0) == "10.0.0.2"
    assert forwarded(header, "10.0.0.2", 1) == "10.0.0.1"
    assert forwarded(header, "10.0.0.2", 2) == "203.0.113.1"
    assert forwarded(header, "10.0.0.2", 4) == "10.0.0.2"
    assert forwarded(None, "10.0.0.2", 1) == "10.0.0.2"


def test_a_scope_without_a_peer_is_unknown() -> None:
    assert peer({"state": {}}).shortened == "unknown"
