"""What many persons say yes to now, and which notices they were shown."""

from __future__ import annotations

from tests.stories.customer.conftest import House, house  # noqa: F401  # a fixture
from yumen.customer import consent
from yumen.customer.consent import held
from yumen.kit.db import Role
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Purpose

FACTS: consent.notices.Facts = {
    language: {
        "handler": "Velvet",
        "contact": "privacy@velvet.example",
        "export_recipient": f"Velvet SA {language}",
        "export_recipient_country": "FR",
        "export_recipient_contact": "dpo@velvet.example",
        "export_recipient_rights": "by mail",
        "export_purpose": "the club",
    }
    for language in ("en", "zh")
}


async def answer(house: House, person: SubjectId, purpose: Purpose, *, given: bool) -> None:  # noqa: F811
    shown = {notice.purpose: notice for notice in consent.notices.load(FACTS)}
    async with house.unit() as uow:
        await consent.registration.register(uow, list(shown.values()))
        choice = consent.choices.Choice(purpose, given, shown[purpose].hash(), "en")
        await consent.choices.answer(uow, person, [choice])


async def test_the_newest_answer_counts_and_a_no_was_shown_too(house: House) -> None:  # noqa: F811
    (yes, _), (no, _), (silent, _) = [await house.enrol(name) for name in ("oA", "oB", "oC")]
    await answer(house, yes, Purpose.EXPORT, given=True)
    await answer(house, yes, Purpose.MARKETING, given=True)
    await answer(house, no, Purpose.EXPORT, given=False)
    async with house.unit() as uow:
        await consent.choices.withdraw(uow, yes, Purpose.MARKETING)
        found = await held.of_many(uow, [yes, no, silent])
        naming = await held.naming(uow, "Velvet SA zh")
        assert await held.naming(uow, "Velvet SA en") == naming
        assert await held.naming(uow, "Somebody Else") == frozenset()
    assert {person: one.purposes for person, one in found.items()} == {yes: {Purpose.EXPORT}, no: set()}
    assert len(naming) == 1
    assert naming <= found[no].shown


async def test_a_yes_on_a_notice_that_materially_changed_counts_no_more(house: House) -> None:  # noqa: F811
    person, _ = await house.enrol("oA")
    await answer(house, person, Purpose.EXPORT, given=True)
    async with await house.database.connect(Role.OWNER, autocommit=True) as owner:
        await owner.execute(
            "insert into consent.notice (handler_id, purpose, version, notice_hash, matter_hash, material, body,"
            " registered_at) select handler_id, purpose, version + 1, notice_hash, matter_hash, true, body, now()"
            " from consent.notice where purpose = 'export'"
        )
    async with house.unit() as uow:
        found = await held.of_many(uow, [person])
    assert found[person].purposes == set()


async def test_what_is_said_yes_to_is_told_as_a_list_for_recipients(house: House) -> None:  # noqa: F811
    (yes, _), (no, _), (silent, _) = [await house.enrol(name) for name in ("oA", "oB", "oC")]
    await answer(house, yes, Purpose.MARKETING, given=True)
    await answer(house, yes, Purpose.EXPORT, given=True)
    await answer(house, no, Purpose.EXPORT, given=False)
    async with house.unit() as uow:
        assert await held.purposes(uow, [yes, no, silent]) == {yes: "export;marketing", no: ""}
