"""The evidence of a running system becomes evidence like any other."""

import json

import pytest

from tests.unit.audit.conftest import NOW, TODAY
from yumen.audit.evidence.kinds import Kind
from yumen.audit.evidence.running import access_of, read_running, resources_of, tables_of
from yumen.audit.world import World
from yumen.law import Place

FILE = {
    "format": "yumen-evidence/1",
    "taken_at": "2026-11-26T00:00:00Z",
    "columns": [
        {"table": "profile.contact", "column": "phone_sealed", "kinds": ["phone"], "sealed": True},
        {"table": "profile.contact", "column": "mail", "kinds": ["email"], "sealed": False},
    ],
    "stores": [{"name": "database", "role": "store", "cloud": "tencent", "region": "ap-hongkong"}],
    "accounts": [{"account": "act_1", "rights": "export", "country": "FR"}],
}


@pytest.fixture
def running(folder):
    return read_running(World(folder({"e.json": json.dumps(FILE)}), NOW, TODAY), "e.json")


def test_sealed_columns_are_sealed_and_open_ones_are_personal(running):
    (table,) = tables_of(running, "e.json")
    assert [one.name for one in table.personal] == ["mail"]
    assert table.columns[1].has(Kind.EMAIL)


def test_stores_are_placed_by_the_list(running):
    (store,) = resources_of(running, "e.json")
    assert (store.place, store.trap) == (Place.ELSEWHERE, True)


def test_accounts_say_only_what_they_know(running):
    access = access_of(running)
    assert access.accounts[0].abroad
    assert "second_factor" not in access.columns


def test_a_file_that_is_none_is_told(folder):
    world = World(folder({"e.json": "{}"}), NOW, TODAY)
    assert read_running(world, "e.json") is None
    assert [one.code for one in world.unread] == ["no_evidence"]


def test_it_is_judged_like_any_other_system(audit):
    declared = '[evidence]\nrunning = "e.json"\n'
    result = audit({"yumen-audit.toml": declared, "e.json": json.dumps(FILE)}, only=("HST034", "DAT002"))
    assert [case.rule.id for case in result.cases] == ["HST034", "DAT002"]
