import pytest

from yumen.sandbox.kit.arrivals import Arrivals
from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.kit.journal import Journal


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "state.sqlite")


def test_changes_are_told_in_their_order_and_by_key(journal):
    book = Arrivals(journal)
    for n in range(5):
        book.note(float(n), "person", f"id{n}", f"key{n % 2}", "created", {"n": n})
    assert [one.fields["n"] for one in book.list_arrivals()] == [0, 1, 2, 3, 4]
    assert [one.id for one in book.list_arrivals(after=2, limit=2)] == ["id2", "id3"]
    assert [one.id for one in book.list_arrivals(key="key1")] == ["id1", "id3"]
    assert [one.id for one in book.newest(2)] == ["id4", "id3"]


def test_letters_hold_everything_but_the_token(journal):
    book = Arrivals(journal)
    headers = {"authorization": "Bearer secret", "x-more": "kept"}
    book.file(1.0, Request("POST", "/a", {}, headers, b"\x00body", False, True, "/a?b=c"))
    (letter,) = book.list_letters()
    assert (letter.target, letter.body, letter.headers) == ("/a?b=c", b"\x00body", {"x-more": "kept"})


def test_the_oldest_are_forgotten(journal):
    book = Arrivals(journal, arrivals_kept=100, letters_kept=10)
    for n in range(1500):
        book.note(0.0, "person", f"id{n}", "", "created", {})
        book.flush()
    left = book.list_arrivals(limit=10_000)
    assert 100 <= len(left) < 1100
    assert left[-1].id == "id1499"
