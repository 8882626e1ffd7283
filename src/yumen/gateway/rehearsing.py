"""Try a recipient before anybody is sent: its mapping on made-up data, and those who wait held against who is there.

Nothing is written at the recipient. The first asks for its description only; the second also asks whether it knows
those who are cleared to leave, by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yumen.border import ExportContract, filings
from yumen.gateway import departing
from yumen.gateway.connectors.connector import Record
from yumen.gateway.connectors.fields import FieldMap
from yumen.gateway.connectors.kit import DRIFTED, Difference, Line, dry_run, preview
from yumen.gateway.connectors.kit.preview import ABSENT
from yumen.gateway.gate import Gate, Recipient
from yumen.gateway.starting import lacks, shapes_of
from yumen.kit.errors import Code
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

NO_MAPPING: Final = Code("gateway.no_mapping", 422)
"""An endpoint of headquarters' own: what leaves is what the contract says, under its names."""
NOT_IN_FORCE: Final = Code("gateway.contract_not_in_force", 409)

REHEARSED: Final = LeafKind("gateway.rehearsed", "contract", "persons")

PERSONS_MAX: Final = 1_000


async def in_force(uow: UnitOfWork, gate: Gate, recipient: Recipient) -> tuple[int, ExportContract]:
    """The version under which that recipient is served, and its number. Raises `gateway.contract_not_in_force`."""
    rules = await filings.rules(uow, gate.data_map, gate.what_is(recipient.handler))
    for number, contract in rules.contracts.items():
        if contract.draft.id == recipient.contract:
            return number, contract
    raise NOT_IN_FORCE(contract=recipient.contract)


async def show_mapping(recipient: Recipient, contract: ExportContract) -> list[Line]:
    """Each field of the mapping with made-up data, held against the recipient's own description.

    Raises `gateway.no_mapping`, NotSent, Rejected, Unsettled.
    """
    lines = preview(_fields(recipient), shapes_of(contract), await recipient.connector.describe())
    return lines + [Line(one.field, ABSENT, ABSENT, None, (one,)) for one in lacks(contract, recipient)]


@recorded
async def read_waiting(uow: UnitOfWork, gate: Gate, recipient: Recipient, limit: int) -> list[Record]:
    """Those who wait first (at most `PERSONS_MAX`), as they would be sent now; under a contract of aggregates nobody.

    Raises `gateway.no_mapping`, `gateway.contract_not_in_force`, `connector.drifted`, `vault.budget_spent`.
    """
    _fields(recipient)
    number, contract = await in_force(uow, gate, recipient)
    if lacking := lacks(contract, recipient):
        raise DRIFTED(count=len(lacking), field=lacking[0].field, why=lacking[0].code)
    size = min(limit, PERSONS_MAX)
    found = await departing.rehearse(uow, gate, recipient, number, size) if contract.personal else []
    await trail.record(uow, REHEARSED.name, contract=recipient.contract, persons=len(found))
    return found


async def compare(recipient: Recipient, records: Sequence[Record]) -> list[Difference]:
    """What sending these would do there; values are held against its fields and never shown.

    Raises `gateway.no_mapping`, NotSent, Rejected, Unsettled.
    """
    return await dry_run(recipient.connector, _fields(recipient), records)


def _fields(recipient: Recipient) -> FieldMap:
    if recipient.fields is None:
        raise NO_MAPPING()
    return recipient.fields
