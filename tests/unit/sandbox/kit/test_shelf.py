import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yumen.sandbox.kit.journal import Journal
from yumen.sandbox.kit.shelf import Row, Shelf


@pytest.fixture
def shelf(tmp_path):
    return Shelf(Journal(tmp_path / "state.sqlite"))


def row(ident: str, modified: float = 1.0, **fields: object) -> Row:
    return Row(ident, modified, False, {"Id": ident, **fields})


def test_rows_are_found_by_id_and_by_key(shelf):
    shelf.put("person", row("1", name="Lin"), {"name": "lin"}, {})
    shelf.put("person", row("2", name="Lin"), {"name": "lin"}, {})
    assert shelf.get("person", ["1", "3"])["1"].fields["name"] == "Lin"
    assert [one.id for one in shelf.find("person", "name", ["lin"])["lin"]] == ["1", "2"]
    assert shelf.get("order", ["1"]) == {}


def test_a_changed_key_no_longer_finds_the_row(shelf):
    shelf.put("person", row("1"), {"name": "old"}, {})
    shelf.put("person", row("1"), {"name": "new"}, {"name": "old"})
    assert shelf.find("person", "name", ["old"]) == {}
    assert list(shelf.find("person", "name", ["old", "new"])) == ["new"]


def test_rows_are_read_in_order_of_change_across_pages(shelf):
    for n in range(4500):
        shelf.put("person", row(f"{n:05}", modified=float(n // 1000)), {}, {})
    everyone = [one.id for one in shelf.scan("person")]
    assert everyone == [f"{n:05}" for n in range(4500)]
    assert len(list(shelf.scan("person", since=4.0))) == 500
    assert [one.id for one in shelf.newest("person", 2)] == ["04499", "04498"]


def test_gone_rows_are_counted_apart_and_erased_ones_are_no_more(shelf):
    gone = row("1")
    gone.gone = True
    shelf.put("person", gone, {"name": "lin"}, {})
    shelf.put("person", row("2"), {}, {})
    assert (shelf.count("person"), shelf.count("person", gone=True)) == (1, 1)
    shelf.erase("person", "1", {"name": "lin"})
    assert shelf.count("person", gone=True) == 0
    assert shelf.find("person", "name", ["lin"]) == {}


def test_what_was_committed_survives_and_the_rest_does_not(tmp_path):
    journal = Journal(tmp_path / "state.sqlite")
    shelf = Shelf(journal)
    shelf.put("person", row("1"), {}, {})
    shelf.flush()
    journal.commit()
    shelf.put("person", row("2"), {}, {})
    shelf.flush()
    for end in ("", "-wal"):
        (tmp_path / f"copy.sqlite{end}").write_bytes((tmp_path / f"state.sqlite{end}").read_bytes())
    assert Shelf(Journal(tmp_path / "copy.sqlite")).get("person", ["1", "2"]).keys() == {"1"}
    journal.close()


def test_wiping_the_journal_wipes_the_shelf(tmp_path):
    journal = Journal(tmp_path / "state.sqlite")
    shelf = Shelf(journal)
    shelf.put("person", row("1"), {"name": "lin"}, {})
    shelf.flush()
    journal.wipe()
    assert shelf.count("person") == 0
    assert shelf.find("person", "name", ["lin"]) == {}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["x", "y", "z"])), max_size=30))
def test_the_shelf_holds_what_a_dictionary_would(tmp_path_factory, writes):
    shelf = Shelf(Journal(tmp_path_factory.mktemp("shelf") / "state.sqlite"))
    known: dict[str, str] = {}
    for number, name in writes:
        ident = str(number)
        before = {"name": known[ident]} if ident in known else {}
        shelf.put("person", row(ident, name=name), {"name": name}, before)
        known[ident] = name
    for name in "xyz":
        found = {one.id for one in shelf.find("person", "name", [name]).get(name, [])}
        assert found == {ident for ident, value in known.items() if value == name}
