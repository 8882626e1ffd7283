"""A data map that contradicts itself or the law is refused, with the place of every fault."""

from dataclasses import replace
from datetime import date

import pytest

from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security.datamap import (
    After,
    BadDataMapError,
    Basis,
    DataMap,
    Erased,
    Field,
    Holding,
    Keep,
    Kind,
    People,
    Purpose,
    RetentionClass,
    Sensitivity,
    faults,
)

ON = date(2026, 11, 25)


async def hand_over(uow: UnitOfWork, subject: SubjectId) -> dict[str, object]:
    return {"phone": f"of {subject}"}


async def erase(uow: UnitOfWork, subject: SubjectId) -> Erased:
    return Erased(rows=1)


PHONE = Field(
    holding="shop.contact",
    name="phone",
    kind=Kind.PHONE,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.ACCOUNT,
    basis=Basis.CONTRACT,
    retention=RetentionClass.MEMBERSHIP,
    columns=("shop.contact.phone_sealed", "shop.contact.phone_index"),
    indexed=True,
)
CONTACT = Holding(
    name="shop.contact",
    module="yumen.shop",
    fields=(PHONE,),
    retention=RetentionClass.MEMBERSHIP,
    keep=Keep(15, After.ACCOUNT_CLOSED, "retention.account_closed"),
    hand_over=hand_over,
    erase=erase,
)


def with_field(**changes: object) -> Holding:
    return replace(CONTACT, fields=(replace(PHONE, **changes),))  # type: ignore[arg-type]


def test_a_sound_map_has_no_faults() -> None:
    assert faults([CONTACT], ON) == []


@pytest.mark.parametrize(
    ("holding", "fault"),
    [
        (replace(CONTACT, fields=()), "shop.contact: has no fields"),
        (replace(CONTACT, erase=None), "is about shoppers and cannot be handed over and erased"),
        (replace(CONTACT, keep=Keep(16, After.ACCOUNT_CLOSED, "retention.account_closed")), "allows at most 15"),
        (replace(CONTACT, keep=Keep(1095, After.WITHDRAWN, "retention.consent_evidence")), "wants at least 1096"),
        (replace(CONTACT, keep=Keep(1, After.WITHDRAWN, "retention.whim")), "not in force: retention.whim"),
        (with_field(holding="shop.other"), "says it belongs to shop.other"),
        (with_field(retention=RetentionClass.EVIDENCE), "is sealed under evidence, its holding under membership"),
        (with_field(purpose=Purpose.MARKETING), "purpose marketing cannot rest on contract"),
        (with_field(kind=Kind.OPENID, sensitivity=Sensitivity.SENSITIVE), "openid is not sensitive by itself"),
        (with_field(columns=(), indexed=False), "lies in no column"),
        (with_field(columns=("shop.contact.phone",), indexed=False), "would hold it in clear"),
        (with_field(columns=("phone_sealed",), indexed=False), "is not schema.table.column"),
        (with_field(indexed=False), "`indexed` and its columns disagree"),
    ],
)
def test_a_fault_is_named_with_its_place(holding: Holding, fault: str) -> None:
    found = faults([holding], ON)
    assert len(found) == 1
    assert fault in found[0]
    assert found[0].startswith("shop.")


def test_no_holding_field_or_column_is_declared_twice() -> None:
    assert faults([CONTACT, CONTACT], ON) == [
        "holding shop.contact is declared 2 times",
        "field shop.contact.phone is declared 2 times",
        "column shop.contact.phone_sealed is declared 2 times",
        "column shop.contact.phone_index is declared 2 times",
    ]


def test_the_employer_erases_what_is_about_staff() -> None:
    staff = replace(CONTACT, people=People.STAFF, hand_over=None, erase=None)
    assert faults([staff], ON) == []


def test_nothing_starts_with_a_faulty_map() -> None:
    with pytest.raises(BadDataMapError, match="has no fields"):
        DataMap([replace(CONTACT, fields=())], ON)


def test_a_map_knows_every_declared_column() -> None:
    kept = DataMap([CONTACT], ON)
    assert kept.columns() == {"shop.contact.phone_sealed", "shop.contact.phone_index"}
    assert kept.find("shop.contact") is CONTACT
    assert kept.find("shop.other") is None
