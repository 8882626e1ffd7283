"""An objection stands until the person's own yes to leaving; a yes to something else lifts nothing."""

from tests.stories.gateway.conftest import Gateway
from tests.stories.gateway.inbound.conftest import arrived
from tests.stories.gateway.inbound.test_hearing import heard, says
from yumen.border.standing import OBJECTED
from yumen.gateway.inbound import Kind, objections
from yumen.security.datamap import Purpose


async def test_only_a_yes_to_leaving_lifts_an_objection(heeding: Gateway) -> None:
    person, record = await arrived(heeding)
    await heard(heeding, record, says(Kind.OPT_OUT, "export"))
    async with heeding.unit() as uow:
        assert await objections.facts(uow, [person]) == {person: OBJECTED}
    await heeding.agree(person, Purpose.PROFILE)
    async with heeding.unit() as uow:
        assert await objections.facts(uow, [person]) == {person: OBJECTED}
    await heeding.agree(person, Purpose.EXPORT)
    async with heeding.unit() as uow:
        assert await objections.facts(uow, [person]) == {}


async def test_a_second_objection_after_a_yes_stands_again(heeding: Gateway) -> None:
    person, record = await arrived(heeding)
    await heard(heeding, record, says(Kind.OPT_OUT, "export", b"1" * 16))
    await heeding.agree(person, Purpose.EXPORT)
    await heard(heeding, record, says(Kind.OPT_OUT, "export", b"2" * 16))
    async with heeding.unit() as uow:
        assert await objections.facts(uow, [person]) == {person: OBJECTED}


async def test_of_nobody_nothing_is_said(heeding: Gateway) -> None:
    async with heeding.unit() as uow:
        assert await objections.facts(uow, []) == {}
