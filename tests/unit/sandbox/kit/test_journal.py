import asyncio

import msgspec

from yumen.sandbox.kit.journal import Journal, LogRow


class Thing(msgspec.Struct):
    number: int


def row(code: int, at: float = 1.0, trace: str = "") -> LogRow:
    return LogRow(at, "app", "GET", "/", "", "", "", code, trace, 1, "::1", "")


async def test_the_callback_comes_after_the_record_is_written(tmp_path):
    journal = Journal(tmp_path / "s.sqlite")
    written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    journal.put("thing", "a", Thing(1))
    journal.settle(written.set_result)
    assert list(journal.records()) == []
    assert await written is True
    assert list(journal.records()) == [("thing", "a", b'{"number":1}')]


def test_the_last_state_of_a_record_counts(tmp_path):
    journal = Journal(tmp_path / "s.sqlite")
    thing = Thing(1)
    journal.put("thing", "a", thing)
    thing.number = 2
    journal.put("thing", "b", Thing(3))
    journal.drop("thing", "b")
    journal.close()
    assert list(Journal(tmp_path / "s.sqlite").records()) == [("thing", "a", b'{"number":2}')]


def test_calls_come_newest_first_and_are_forgotten_by_age_and_number(tmp_path):
    journal = Journal(tmp_path / "s.sqlite")
    for n in range(10):
        journal.log(row(n, at=float(n), trace=f"t{n}"))
    assert [r.code for r in journal.calls(limit=3)] == [9, 8, 7]
    assert [r.code for r in journal.calls("trace = ?", ("t4",))] == [4]
    journal.forget_calls(before=2.0, keep_max=5)
    assert [r.code for r in journal.calls()] == [9, 8, 7, 6, 5]


async def test_a_journal_that_cannot_write_says_so(tmp_path):
    journal = Journal(tmp_path / "s.sqlite")
    journal.close()
    journal.put("thing", "a", Thing(1))
    outcome: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    journal.settle(outcome.set_result)
    assert await outcome is False
