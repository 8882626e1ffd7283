"""Where many persons stand: consents that count now, notices that name the recipient, membership, erasure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tests.stories.gateway.conftest import Gateway
from yumen.border.standing import ERASED, EXPORT_BIT, MINOR, PURPOSE_BITS, TOLD, Standing
from yumen.customer import consent
from yumen.gateway import standings
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security.datamap import Purpose


async def stand(gateway: Gateway, persons: Sequence[SubjectId], recipient: str = "Velvet SA") -> list[Standing]:
    async with gateway.unit() as uow:
        people = await standings.read(uow, gateway.gate, persons)
        return people.before(await consent.held.naming(uow, recipient))


async def test_a_yes_counts_and_the_notice_that_was_shown_names_the_recipient(gateway: Gateway) -> None:
    yes, no = await gateway.member(), await gateway.member(agrees=False)
    await gateway.agree(no, Purpose.EXPORT, given=False)
    one, other = await stand(gateway, [no, yes])
    assert (one.subject, other.subject) == (yes, no), "in ascending order"
    assert one.consents == EXPORT_BIT | PURPOSE_BITS[Purpose.MARKETING]
    assert (one.facts & TOLD, other.facts & TOLD) == (TOLD, TOLD), "asked is told, whatever the answer"
    assert other.consents == 0
    assert one.groups == standings.CUSTOMER | standings.MEMBER


async def test_a_notice_of_somebody_else_tells_nothing(gateway: Gateway) -> None:
    person = await gateway.member()
    (one,) = await stand(gateway, [person], "Somebody Else SA")
    assert not one.facts & TOLD


async def test_the_erased_and_strangers(gateway: Gateway) -> None:
    person = await gateway.member()
    await gateway.erase(person)
    (one,) = await stand(gateway, [person, SubjectId(999)])
    assert one.facts & ERASED


async def test_facts_that_app_wires_in_are_added(gateway: Gateway) -> None:
    person = await gateway.member()

    async def young(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, int]:
        return dict.fromkeys(persons, MINOR)

    gateway.gate = replace(gateway.gate, facts=(young,))
    (one,) = await stand(gateway, [person])
    assert one.facts & (MINOR | TOLD) == MINOR | TOLD
