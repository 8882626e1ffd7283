"""Before anybody is sent: does the recipient's own description of its object still take what the contract lets out?

And before it is asked: can every field be opened here, has the mapping a place for every line of the contract, and is
there a salt where one hashes?
Either would be refused for each person, or for each batch, with a code that points elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

from yumen.border import ExportContract, filings, unopened
from yumen.border.contract import Change
from yumen.gateway import connections, lockout, statistics
from yumen.gateway.connectors.failures import LOCKED_OUT
from yumen.gateway.connectors.kit import DRIFTED, Drift, Shape, check_start
from yumen.gateway.gate import Gate, Recipient
from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled
from yumen.kit.work import Work
from yumen.security.datamap import Kind

HASH_LENGTH: Final = 64
UNMAPPED: Final = "connector.drift.unmapped"
UNSALTED: Final = "connector.drift.unsalted"
PASSED: Final[Mapping[Kind, Shape]] = {
    **dict.fromkeys((Kind.POINTS, Kind.PURCHASES, Kind.SPENDING), Shape("number")),
    **dict.fromkeys((Kind.BIRTHDAY, Kind.PURCHASE_DAY), Shape("date")),
}

log = logging.getLogger("yumen.gateway")


async def fits(work: Work, gate: Gate, recipient: Recipient) -> bool:
    """False when the connection was stopped (a field is missing, of another kind, required …) or nobody could say."""
    async with work.begin(recipient.actor) as uow:
        rules = await filings.rules(uow, gate.data_map, gate.what_is(recipient.handler))
    contract = next((one for one in rules.contracts.values() if one.draft.id == recipient.contract), None)
    if contract is None:
        return True
    if closed := unopened(contract.draft, gate.openers):
        await _stop(work, recipient, closed[0].code, str(closed[0].facts["field"]))
        return False
    if lacking := lacks(contract, recipient):
        await _stop(work, recipient, lacking[0].code, lacking[0].field)
        return False
    if recipient.fields is None:
        return True
    try:
        await check_start(recipient.connector, recipient.fields, shapes_of(contract))
    except Problem as drifted:
        if drifted.code is not DRIFTED:
            raise
        await _stop(work, recipient, str(drifted.facts["why"]), str(drifted.facts["field"]))
        return False
    except Rejected as refused:
        await _stop(work, recipient, refused.upstream or refused.code)
        return False
    except (NotSent, Unsettled) as failure:
        if failure.code in LOCKED_OUT:
            await lockout.note(work, recipient, failure.code)
        return False
    return True


def lacks(contract: ExportContract, recipient: Recipient) -> list[Drift]:
    """What the contract cannot go without and this recipient's settings do not say, line by line."""
    names = None if recipient.fields is None else recipient.fields.fields
    lines = contract.draft.lines
    leaving = [line.name for line in lines] if contract.personal else list(statistics.FIELDS)
    unmapped = [] if names is None else [name for name in leaving if name not in names]
    unsalted = [] if recipient.salt else [line.name for line in lines if line.change is Change.HASH]
    return [*(Drift(UNMAPPED, name, {}) for name in unmapped), *(Drift(UNSALTED, name, {}) for name in unsalted)]


def shapes_of(contract: ExportContract) -> dict[str, Shape]:
    """How each value of a contract looks when it leaves, by the contract's names."""
    if not contract.personal:
        return dict(zip(statistics.FIELDS, (Shape(), Shape(), Shape("number")), strict=True))
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


async def _stop(work: Work, recipient: Recipient, code: str, field: str = "-") -> None:
    log.warning("%s is stopped: %s, %s", recipient.contract, code, field)
    async with work.begin(recipient.actor) as uow:
        await connections.stop(uow, recipient.contract, code)
