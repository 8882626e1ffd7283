"""Before anybody is sent: does the recipient's own description of its object still take what the contract lets out?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yumen.border import ExportContract, filings
from yumen.border.contract import Change
from yumen.gateway import connections
from yumen.gateway.connectors.kit import DRIFTED, Shape, check_start
from yumen.gateway.gate import Gate, Recipient
from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled
from yumen.kit.work import Work
from yumen.security.datamap import Kind

HASH_LENGTH: Final = 64
PASSED: Final[Mapping[Kind, Shape]] = {Kind.POINTS: Shape("number"), Kind.BIRTHDAY: Shape("date")}


async def fits(work: Work, gate: Gate, recipient: Recipient) -> bool:
    """False when the connection was stopped (a field is missing, of another kind, required …) or nobody could say."""
    if recipient.fields is None:
        return True
    async with work.begin(recipient.actor) as uow:
        rules = await filings.rules(uow, gate.data_map, gate.what_is(recipient.handler))
    contract = next((one for one in rules.contracts.values() if one.draft.id == recipient.contract), None)
    if contract is None:
        return True
    try:
        await check_start(recipient.connector, recipient.fields, shapes_of(contract))
    except Problem as drifted:
        if drifted.code is not DRIFTED:
            raise
        await _stop(work, recipient, str(drifted.facts["why"]))
        return False
    except Rejected as refused:
        await _stop(work, recipient, refused.upstream or refused.code)
        return False
    except (NotSent, Unsettled):
        return False
    return True


def shapes_of(contract: ExportContract) -> dict[str, Shape]:
    """How each value of a contract looks when it leaves, by the contract's names."""
    shapes = {}
    for line, field in zip(contract.draft.lines, contract.fields, strict=True):
        match line.change:
            case Change.YEAR:
                shapes[line.name] = Shape("number")
            case Change.HASH:
                shapes[line.name] = Shape("text", HASH_LENGTH)
            case Change.PASS:
                shapes[line.name] = PASSED.get(field.kind, Shape())
            case _:
                shapes[line.name] = Shape()
    return shapes


async def _stop(work: Work, recipient: Recipient, code: str) -> None:
    async with work.begin(recipient.actor) as uow:
        await connections.stop(uow, recipient.contract, code)
