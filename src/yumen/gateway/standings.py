"""Where many persons stand before one contract: a few statements for a whole batch, then plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from yumen.border import ExportContract, Standing
from yumen.border.contract import Group
from yumen.border.standing import ERASED, GROUP_BITS, PARTY, PURPOSE_BITS, TOLD
from yumen.customer import consent, identity, loyalty, orders
from yumen.gateway.gate import Gate
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork

CUSTOMER: Final = GROUP_BITS[Group.CUSTOMERS]
MEMBER: Final = GROUP_BITS[Group.MEMBERS]


class People(Struct, frozen=True):
    """A batch as it stands now. `persons` names the person meant by each subject that was asked for."""

    persons: Mapping[SubjectId, SubjectId]
    groups: Mapping[SubjectId, int]
    consents: Mapping[SubjectId, int]
    shown: Mapping[SubjectId, frozenset[int]]
    facts: Mapping[SubjectId, int]

    def before(self, naming: frozenset[int]) -> list[Standing]:
        """Each person once, in ascending order, before a recipient whom the notices `naming` name."""
        return [
            Standing(
                person,
                self.groups[person],
                self.consents.get(person, 0),
                self.facts.get(person, 0) | (0 if naming.isdisjoint(self.shown.get(person, frozenset())) else TOLD),
            )
            for person in sorted(self.groups)
        ]


async def read(uow: UnitOfWork, gate: Gate, subjects: Sequence[SubjectId]) -> People:
    """The persons meant by these subjects; a subject that the handler does not have is left out."""
    meant = await identity.people.find(uow.conn, uow.handler, subjects)
    persons = sorted({one.person for one in meant.values()})
    members = await loyalty.opening.members(uow, persons)
    parties = await orders.parties.of_many(uow, persons)
    held = await consent.held.of_many(uow, persons)
    facts = dict.fromkeys(parties, PARTY)
    for one in meant.values():
        if one.erased:
            facts[one.person] = facts.get(one.person, 0) | ERASED
    for more in gate.facts:
        for person, bits in (await more(uow, persons)).items():
            facts[person] = facts.get(person, 0) | bits
    return People(
        persons={subject: one.person for subject, one in meant.items()},
        groups={person: CUSTOMER | (MEMBER if person in members else 0) for person in persons},
        consents={person: sum(PURPOSE_BITS[purpose] for purpose in one.purposes) for person, one in held.items()},
        shown={person: frozenset(one.shown) for person, one in held.items()},
        facts=facts,
    )


async def naming(uow: UnitOfWork, contract: ExportContract) -> frozenset[int]:
    """The notices that name this contract's recipient."""
    return await consent.held.naming(uow, contract.draft.recipient.legal_name)
