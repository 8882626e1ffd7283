"""Very many members at once, who agreed, under a contract with an assessment for more persons than there are."""

from __future__ import annotations

from bench.gateway_crowd import ANSWERS, PAGE, SUBJECTS, _enrol
from tests.stories.gateway.conftest import CONTRACT, LI, WRITTEN, Gateway
from yumen.border import FilingDraft, Route, contracting
from yumen.gateway import capture
from yumen.kit.ids import SubjectId, new_id
from yumen.security.access import four_eyes
from yumen.security.datamap import Purpose

WORDS = {"external": "loyalty.member.number", "last_state_wins": "true", "starts_on": "2026-11-01",
         "ends_on": "2029-10-31"}  # fmt: skip
FIELDS = ("loyalty.member.number", "profile.phone.phone", "profile.detail.nickname")
FILE = "insert into border.filing (id, handler_id, body, registered_at) values (%s, %s, %s, now())"


async def enrol(gateway: Gateway, persons: int) -> None:
    """Subjects 1 to `persons`, each with a number and a nickname; written down as changed."""
    await _assess(gateway)
    for statement in (SUBJECTS, ANSWERS):
        plain = statement.replace("%(handler)s", str(gateway.handler)).replace("%(persons)s", str(persons))
        await gateway.do(plain)
    for first in range(1, persons + 1, PAGE):
        async with gateway.unit() as uow:
            await _enrol(uow, [SubjectId(n) for n in range(first, min(first + PAGE, persons + 1))])
    await gateway.do("analyze")
    after: SubjectId | None = SubjectId(0)
    while after is not None:
        async with gateway.unit() as uow:
            after = await capture.note_page(uow, after)


async def _assess(gateway: Gateway) -> None:
    """Version 2 of the contract, by a filed assessment."""
    filing = FilingDraft(
        Route.ASSESSMENT, "F-1", "hq", frozenset([Purpose.MARKETING]), frozenset(FIELDS), 1096, gateway.today,
        general_max=10**9,
    )  # fmt: skip
    await gateway.do(FILE, new_id("fil"), gateway.handler, filing.canonical())
    mechanism = f'kind = "assessment"\nfiling = "F-1"\nvalid_from = {gateway.today}'
    source = WRITTEN.format(version=2, **WORDS).replace('kind = "exempt"\nexemption = "small"', mechanism)
    async with gateway.unit() as uow:
        approval = await contracting.propose(uow, source.encode(), gateway.gate.data_map)
    async with gateway.unit(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    async with gateway.unit() as uow:
        await contracting.enforce(uow, CONTRACT, 2, approval, gateway.gate.data_map)
