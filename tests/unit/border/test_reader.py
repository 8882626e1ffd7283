"""What is not declared cannot leave: a reader knows its contract's fields only, and persons booked under it only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from tests.unit.border.samples import contract, line
from yumen.border.reader import Cleared, DeclaredReader, MissingOpenerError, NotClearedError, Opener
from yumen.border.transforms import Value
from yumen.kit.crypto import hmac_sm3
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork

UOW = cast("UnitOfWork", None)
SALT = b"salt"
LINES = [line("member.card.number", "Member_No"), line("member.phone.phone", "Phone", "hash")]
CONTRACT = contract(lines=LINES)
HASH = CONTRACT.draft.hash()


class Rows:
    """Openers over made-up rows; remembers which fields were opened."""

    def __init__(self, rows: Mapping[str, Mapping[int, Value]]) -> None:
        self.opened: list[str] = []
        self.table = {address: self._opener(address, values) for address, values in rows.items()}

    def _opener(self, address: str, values: Mapping[int, Value]) -> Opener:
        async def open_(uow: UnitOfWork, subjects: Sequence[SubjectId]) -> Mapping[SubjectId, Value]:
            self.opened.append(address)
            return {subject: values[subject] for subject in subjects if subject in values}

        return open_


def rows() -> Rows:
    return Rows(
        {
            "member.card.number": {1: "M1", 2: "M2", 4: "M4"},
            "member.phone.phone": {1: "13800000001", 2: "13800000002", 3: "13800000003"},
            "member.detail.skin": {1: "never declared"},
        }
    )


def cleared(*subjects: int, hash_: bytes = HASH) -> list[Cleared]:
    return [Cleared(f"key{subject}", SubjectId(subject), hash_) for subject in subjects]


async def test_only_the_declared_fields_are_opened_and_they_leave_changed() -> None:
    have = rows()
    payloads, left = await DeclaredReader(CONTRACT, have.table, SALT).read(UOW, cleared(1, 2))
    assert have.opened == ["member.card.number", "member.phone.phone"]
    assert [payload.external_id for payload in payloads] == ["M1", "M2"]
    assert payloads[0].values == {"Member_No": "M1", "Phone": hmac_sm3(SALT, b"13800000001").hex()}
    assert left == []


async def test_whoever_has_no_external_id_stays_and_a_missing_value_is_left_out() -> None:
    payloads, left = await DeclaredReader(CONTRACT, rows().table, SALT).read(UOW, cleared(3, 4))
    assert [(payload.subject, payload.values) for payload in payloads] == [(4, {"Member_No": "M4"})]
    assert [one.subject for one in left] == [3]


async def test_somebody_booked_under_another_contract_is_not_opened() -> None:
    have = rows()
    other = contract(lines=LINES, version=2).draft.hash()
    with pytest.raises(NotClearedError):
        await DeclaredReader(CONTRACT, have.table, SALT).read(UOW, [*cleared(1), *cleared(2, hash_=other)])
    assert have.opened == []


async def test_a_value_that_fits_no_change_keeps_its_person_here() -> None:
    aged = contract(lines=[LINES[0], line("member.detail.birthday", "Year", "year")])
    have = Rows({"member.card.number": {1: "M1"}, "member.detail.birthday": {1: "long ago"}})
    payloads, left = await DeclaredReader(aged, have.table, SALT).read(UOW, cleared(1, hash_=aged.draft.hash()))
    assert (payloads, [one.subject for one in left]) == ([], [1])


async def test_a_payload_never_shows_a_value() -> None:
    payloads, _ = await DeclaredReader(CONTRACT, rows().table, SALT).read(UOW, cleared(1))
    assert repr(payloads[0]) == f"{payloads[0]}" == "Payload(key1)"


def test_a_field_without_an_opener_is_a_defect_found_at_once() -> None:
    with pytest.raises(MissingOpenerError, match=r"member\.phone\.phone"):
        DeclaredReader(CONTRACT, {"member.card.number": rows().table["member.card.number"]}, SALT)


def test_an_aggregate_has_nobody_to_open() -> None:
    grouped = contract(lines=[line("member.card.points", "P", "aggregate", group_min=10)])
    with pytest.raises(MissingOpenerError):
        DeclaredReader(grouped, {"member.card.points": rows().table["member.card.number"]}, SALT)
