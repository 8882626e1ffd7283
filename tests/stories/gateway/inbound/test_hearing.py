"""A no from abroad always wins and is carried out; a yes from abroad is nothing; each is heard once."""

from datetime import UTC, datetime

import pytest

from tests.stories.gateway.conftest import Gateway
from tests.stories.gateway.inbound.conftest import TELLER, arrived, consents
from yumen.border.standing import OBJECTED
from yumen.customer import profile
from yumen.gateway.inbound import Kind, Outcome, RightRequestedAbroad, Statement, hear, hear_all, objections, who
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Purpose

AT = datetime(2026, 11, 25, tzinfo=UTC)


def says(kind: Kind, matter: str, key: bytes = b"k" * 16) -> Statement:
    return Statement(kind, matter, key, AT)


async def heard(gateway: Gateway, record: str, said: Statement) -> Outcome:
    async with gateway.unit() as uow:
        return await hear(uow, TELLER, await who(uow, TELLER, record), said)


async def test_an_opt_out_abroad_withdraws_the_consent_and_brings_the_person_home(heeding: Gateway) -> None:
    person, record = await arrived(heeding)
    assert len(heeding.hq.held) == 1
    assert await heard(heeding, record, says(Kind.OPT_OUT, "export")) is Outcome.STOPPED
    assert (await consents(heeding, person))["export"] == "withdrawn"
    await heeding.all_of_it()
    assert heeding.hq.held == {}
    assert await heeding.kinds("abroad.") == ["abroad.heard"]


async def test_an_opt_out_of_marketing_stops_what_rests_on_it(heeding: Gateway) -> None:
    person, record = await arrived(heeding)
    await heard(heeding, record, says(Kind.OPT_OUT, "marketing"))
    assert await consents(heeding, person) == {"marketing": "withdrawn", "export": "given"}
    await heeding.all_of_it()
    assert heeding.hq.held == {}


async def test_a_yes_abroad_changes_nothing_here(heeding: Gateway) -> None:
    person, record = await arrived(heeding)
    await heard(heeding, record, says(Kind.OPT_OUT, "export"))
    assert await heard(heeding, record, says(Kind.OPT_IN, "export", b"i" * 16)) is Outcome.IGNORED
    assert (await consents(heeding, person))["export"] == "withdrawn"
    assert await heeding.kinds("consent.given") == ["consent.given"] * 2


async def test_the_same_message_again_changes_nothing(heeding: Gateway) -> None:
    _, record = await arrived(heeding)
    await heard(heeding, record, says(Kind.OPT_OUT, "export"))
    assert await heard(heeding, record, says(Kind.OPT_OUT, "export")) is Outcome.REPEATED
    assert await heeding.kinds("abroad.") == ["abroad.heard"]


async def test_an_old_no_that_comes_late_still_wins(heeding: Gateway) -> None:
    """It lay abroad through a blackout, and meanwhile she said yes here: to be asked again costs less than to err."""
    person, record = await arrived(heeding)
    await heeding.agree(person, Purpose.EXPORT)
    await heard(heeding, record, says(Kind.OPT_OUT, "export"))
    assert (await consents(heeding, person))["export"] == "withdrawn"


async def test_a_no_holds_on_every_ground_until_the_person_says_yes_here(heeding: Gateway) -> None:
    person, record = await arrived(heeding)
    await heard(heeding, record, says(Kind.OPT_OUT, "sale"))
    assert await consents(heeding, person) == {"marketing": "given", "export": "given"}
    await heeding.all_of_it()
    assert heeding.hq.held == {}
    await heeding.agree(person, Purpose.EXPORT, given=False)
    await heeding.agree(person, Purpose.EXPORT)
    await heeding.all_of_it()
    assert len(heeding.hq.held) == 1


async def test_an_objection_follows_the_person_through_a_merge(heeding: Gateway) -> None:
    elder = await heeding.member(phone=False)
    person, record = await arrived(heeding)
    await heard(heeding, record, says(Kind.OPT_OUT, "sale"))
    async with heeding.unit() as uow:
        assert await objections.facts(uow, [elder, person]) == {person: OBJECTED}
        await profile.alias.merge_proved(uow, elder, person)
        assert await objections.facts(uow, [elder]) == {elder: OBJECTED}


async def test_a_wish_to_be_forgotten_is_told_on_and_stops_everything_meanwhile(heeding: Gateway) -> None:
    person, record = await arrived(heeding)
    assert await heard(heeding, record, says(Kind.REQUEST, "delete")) is Outcome.STOPPED
    (told,) = [event for event in heeding.bus.heard if isinstance(event, RightRequestedAbroad)]
    assert (told.subject, told.right, told.source) == (person, "delete", TELLER.name)
    await heeding.all_of_it()
    assert heeding.hq.held == {}


async def test_a_wish_to_see_stops_nothing(heeding: Gateway) -> None:
    person, record = await arrived(heeding)
    assert await heard(heeding, record, says(Kind.REQUEST, "access")) is Outcome.NOTED
    assert (await consents(heeding, person))["export"] == "given"
    await heeding.all_of_it()
    assert len(heeding.hq.held) == 1


async def test_of_people_who_are_not_ours_nothing_is_written_down(heeding: Gateway) -> None:
    await arrived(heeding)
    for record in ("999", "", "x" * 1000):
        assert await heard(heeding, record, says(Kind.OPT_OUT, "export")) is Outcome.UNKNOWN
    assert await heeding.rows("select 1 from abroad.heard") == []
    assert await heeding.kinds("abroad.") == []


async def test_another_recipients_record_number_is_another_person(heeding: Gateway) -> None:
    _, record = await arrived(heeding)
    async with heeding.unit() as uow:
        assert await who(uow, type(TELLER)("other", ("other-crm",)), record) is None


async def test_the_erased_are_nobody(heeding: Gateway) -> None:
    person, record = await arrived(heeding)
    await heeding.do("update identity.subject set erased_at = now() where id = %s", person)
    assert await heard(heeding, record, says(Kind.OPT_OUT, "export")) is Outcome.UNKNOWN


async def test_a_person_is_found_by_the_name_that_we_gave(heeding: Gateway) -> None:
    person, _ = await arrived(heeding)
    name = await heeding.number_of(person)
    async with heeding.unit() as uow:
        assert await who(uow, TELLER, "", name) == person
        assert await who(uow, TELLER, "", "M" * 200) is None


async def test_several_are_counted(heeding: Gateway) -> None:
    person, _ = await arrived(heeding)
    out, back = says(Kind.OPT_OUT, "export", b"1" * 16), says(Kind.OPT_IN, "export", b"2" * 16)
    nobody: SubjectId | None = None
    async with heeding.unit() as uow:
        counted = await hear_all(uow, TELLER, [(person, out), (person, back), (person, out), (nobody, out)])
    assert counted == {Outcome.STOPPED: 1, Outcome.IGNORED: 1, Outcome.REPEATED: 1, Outcome.UNKNOWN: 1}


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_every_purpose_can_be_opted_out_of(heeding: Gateway, purpose: Purpose) -> None:
    _, record = await arrived(heeding)
    assert await heard(heeding, record, says(Kind.OPT_OUT, purpose.value)) is Outcome.STOPPED
