"""Access lists in CSV and JSON, with heads of either language."""

from datetime import date

import pytest

from tests.unit.audit.conftest import NOW, TODAY
from yumen.audit.evidence.access import read_access
from yumen.audit.world import World


@pytest.fixture
def read(folder):
    def access(name, text):
        world = World(folder({name: text}), NOW, TODAY)
        return read_access(world, name), world

    return access


def test_chinese_heads_and_days_are_understood(read):
    (one,) = read("a.csv", "账号,角色,最后登录,有效期至,状态\nzhang,管理员,2026年3月1日,2027/1/31,启用\n")[0].accounts
    assert (one.last_used, one.until, one.strong, one.active) == (date(2026, 3, 1), date(2027, 1, 31), True, True)


def test_json_rows_are_understood(read):
    (one,) = read("a.json", '[{"user": "li", "roles": ["viewer"], "mfa": false, "country": "CN"}]')[0].accounts
    assert (one.account, one.rights, one.second_factor, one.abroad) == ("li", "viewer", False, False)


def test_hong_kong_counts_as_abroad(read):
    (one,) = read("a.csv", "account,country\nwong,HK\n")[0].accounts
    assert one.abroad


@pytest.mark.parametrize(
    ("name", "text"), [("a.csv", "colour\nred\n"), ("a.json", "{"), ("a.json", "[1]"), ("a.csv", "")]
)
def test_what_is_no_access_list_is_told(read, name, text):
    access, world = read(name, text)
    assert access is None
    assert [one.code for one in world.unread] == ["no_access_list"]


def test_a_gbk_file_is_read(folder):
    world = World(folder({"a.csv": "账号,姓名\nzhang,张某\n".encode("gb18030")}), NOW, TODAY)
    assert read_access(world, "a.csv").accounts[0].person == "张某"
