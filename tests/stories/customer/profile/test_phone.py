"""A phone number: bound, changed, removed; sealed throughout; and joined to nobody."""

import pytest

from yumen.customer.identity import subjects
from yumen.customer.profile import find, phone
from yumen.customer.profile.events import PhoneBound
from yumen.customer.profile.phone import Number
from yumen.kit.errors import Problem

FIRST, SECOND = Number("+8619900000001", "code"), Number("+8619900000002", "encrypted")


async def bind(house, subject, number):
    async with house.unit() as uow:
        return await phone.bind(uow, subject, number)


async def find_by(house, text, staff="stf_0000000000000000000000000a"):
    async with house.staff(staff) as uow:
        return [person.id for person in await find.by_phone(uow, text)]


async def test_a_number_is_bound_then_the_same_then_changed_then_gone(house):
    alice, _ = await house.enrol("oAlice")
    assert [await bind(house, alice, number) for number in (FIRST, FIRST, SECOND)] == ["bound", "same", "changed"]
    async with house.unit() as uow:
        assert (await phone.find(uow, alice)).masked == "+861*******002"
    assert house.ear.heard[1:] == [PhoneBound(alice, house.handler)] * 2
    async with house.unit() as uow:
        assert await phone.remove(uow, alice) is True
    async with house.unit() as uow:
        assert await phone.remove(uow, alice) is False
        assert await phone.find(uow, alice) is None
    assert [kind for kind, _ in await house.leaves("phone.bound", "phone.changed", "phone.removed")] == [
        "phone.bound",
        "phone.changed",
        "phone.removed",
    ]


async def test_no_row_holds_the_number_in_clear(house):
    alice, _ = await house.enrol("oAlice")
    await bind(house, alice, FIRST)
    (row,) = await house.rows("select phone_sealed, phone_index from profile.phone")
    kept = b"".join(bytes(value) for value in row.values())
    assert b"19900000001" not in kept
    bodies = b"".join(bytes(row["body"]) for row in await house.rows("select body from trail.entry"))
    assert b"19900000001" not in bodies


async def test_staff_find_a_person_by_number_however_it_is_written_and_leave_a_leaf(house):
    alice, _ = await house.enrol("oAlice")
    await bind(house, alice, FIRST)
    for written in ("19900000001", "+86 199 0000 0001", "0086-19900000001", "１９９０００００００１"):
        assert await find_by(house, written) == [alice]
    assert await find_by(house, "19900000009") == []
    assert len(await house.leaves("vault.searched")) == 5
    with pytest.raises(Problem) as caught:
        await find_by(house, "not a number")
    assert caught.value.code.name == "vault.bad_phone"


async def test_searches_are_limited(house):
    house.vault.searches_per_minute = 2
    for _ in range(2):
        await find_by(house, "19900000001")
    with pytest.raises(Problem) as caught:
        await find_by(house, "19900000001")
    assert caught.value.code.name == "vault.search_limit"
    assert await find_by(house, "19900000001", "stf_0000000000000000000000000b") == []


async def test_a_recycled_number_joins_nobody_and_finds_both(house):
    alice, _ = await house.enrol("oAlice")
    stranger, _ = await house.enrol("oStranger")
    await bind(house, alice, FIRST)
    assert await bind(house, stranger, FIRST) == "bound"
    assert await find_by(house, FIRST.e164) == [alice, stranger]
    assert (await house.come_back("oStranger"))[0].subject == stranger


async def test_another_handlers_staff_find_nobody(house):
    alice, _ = await house.enrol("oAlice")
    await bind(house, alice, FIRST)
    async with house.unit("wx00000000000000b1") as uow:
        assert await find.by_phone(uow, FIRST.e164) == []


async def test_a_merged_person_shows_the_other_number_until_they_bind_their_own(house):
    alice, _ = await house.enrol("oAlice")
    twin, _ = await house.enrol("oAliceOld")
    await bind(house, twin, FIRST)
    async with house.unit() as uow:
        link = await subjects.link(uow, twin, alice, "staff")
    assert await bind(house, alice, FIRST) == "same"
    assert await find_by(house, FIRST.e164) == [alice]
    assert await bind(house, alice, SECOND) == "changed"
    assert await find_by(house, FIRST.e164) == []
    async with house.unit() as uow:
        await subjects.unlink(uow, link.merge)
    assert await find_by(house, SECOND.e164) == [alice]
