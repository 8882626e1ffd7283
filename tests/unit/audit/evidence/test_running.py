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


def test_what_the_declaration_leaves_open_the_running_system_says(audit):
    declared = (
        '[service]\nname = "Brand"\n[[filing]]\nkind = "pio"\nstate = "missing"\n[evidence]\nrunning = "e.json"\n'
    )
    told = {**FILE, "service": {"name": "Company", "people": 20_000_000}}
    result = audit({"yumen-audit.toml": declared, "e.json": json.dumps(told)}, only=("FIL017",))
    assert result.subject == "Brand"
    assert [case.facts["people"] for case in result.cases] == [20_000_000]


def test_a_name_at_work_may_be_read_and_a_shoppers_may_not(audit):
    columns = [
        {"table": "access.actor", "column": "name", "kinds": ["staff_name"], "sealed": False},
        {"table": "profile.contact", "column": "called", "kinds": ["name"], "sealed": False},
    ]
    files = {"yumen-audit.toml": '[evidence]\nrunning = "e.json"\n', "e.json": json.dumps({**FILE, "columns": columns})}
    result = audit(files, only=("DAT002", "DAT012"))
    assert [case.finding.place.name for case in result.cases] == ["profile.contact.called"]
