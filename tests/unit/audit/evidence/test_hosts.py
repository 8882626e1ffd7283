"""Hosts: classes of addresses, and what names say."""

import pytest

from tests.unit.audit.conftest import NOW, TODAY
from yumen.audit.declaration import Network
from yumen.audit.evidence.hosts import Address, Where, bare, is_name, read_probes, where
from yumen.audit.world import World

MAINLAND = Network("203.119.0.0/16", "mainland")


@pytest.mark.parametrize(
    ("ip", "place", "networks", "found"),
    [
        ("203.119.1.1", Where.ABROAD, [MAINLAND], Where.MAINLAND),
        ("203.120.1.1", Where.ABROAD, [MAINLAND], Where.ABROAD),
        ("203.120.1.1", Where.UNKNOWN, [], Where.UNKNOWN),
        ("10.1.2.3", Where.ABROAD, [], Where.PRIVATE),
        ("::1", Where.ABROAD, [], Where.PRIVATE),
        ("no address", Where.ABROAD, [], Where.UNKNOWN),
        ("203.119.1.1", Where.ABROAD, [Network("999.1.1.1/40", "mainland")], Where.ABROAD),
    ],
)
def test_an_address_is_placed_by_the_declaration_then_by_the_recorder(ip, place, networks, found):
    assert where(Address(ip, place), networks) is found


def test_entries_of_lists_are_bared():
    assert bare("https://user@API.example.com:8443/x") == "api.example.com"
    assert [is_name(one) for one in ("a.example.com", "*.example.com", "10.0.0.3", "localhost")] == [
        True,
        False,
        False,
        False,
    ]


def test_hong_kong_macao_and_taiwan_are_outside():
    assert [one for one in Where if one.outside] == [Where.HONGKONG, Where.MACAU, Where.TAIWAN, Where.ABROAD]


@pytest.mark.parametrize("text", ["", "{}", '{"format": "yumen-probes/2", "taken_at": "x", "hosts": []}', "\x00"])
def test_a_file_that_is_none_is_told(folder, text):
    world = World(folder({"p.json": text}), NOW, TODAY)
    assert read_probes(world, ["p.json"], []) is None
    assert [one.code for one in world.unread] == ["no_probe"]
