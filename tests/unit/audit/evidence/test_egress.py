"""Logs of outgoing calls, with heads of either language."""

import pytest

from tests.unit.audit.conftest import NOW, TODAY
from yumen.audit.evidence.egress import read_egress
from yumen.audit.world import World


@pytest.fixture
def read(folder):
    def egress(files):
        world = World(folder(files), NOW, TODAY)
        return read_egress(world, sorted(files)), world

    return egress


def test_lines_of_one_host_are_summed(read):
    log, _ = read({"a.csv": "host,calls\nAPI.brand.example:443,1\nhttps://api.brand.example/x,41\n"})
    assert [(one.host, one.calls) for one in log.hosts] == [("api.brand.example", 42)]


def test_the_country_of_the_log_decides_and_else_the_name(read):
    log, _ = read({"a.csv": "目的域名,国家\na.example,德国\nb.example,中国\nin.hotjar.com,\nc.example,\n"})
    assert [one.abroad for one in log.hosts] == [True, False, False, True]


def test_several_files_are_one_log(read):
    log, _ = read({"a.csv": "host\na.example\n", "b.json": '[{"sni": "b.example", "hits": 3}, {"sni": null}]'})
    assert [(one.host, one.calls, one.origin) for one in log.hosts] == [
        ("a.example", 1, "a.csv"),
        ("b.example", 3, "b.json"),
    ]


@pytest.mark.parametrize(
    ("name", "text"), [("a.csv", "colour\nred\n"), ("a.json", "{"), ("a.json", "[1]"), ("a.csv", ""), ("a.csv", '"\0')]
)
def test_what_is_no_log_is_told(read, name, text):
    log, world = read({name: text})
    assert log is None
    assert [one.code for one in world.unread] == ["no_egress"]


def test_a_number_nobody_can_count_is_one_call(read):
    log, _ = read({"a.csv": "host,calls\na.example,many\nb.example,99999999999999999999\n"})
    assert [one.calls for one in log.hosts] == [1, 1]
