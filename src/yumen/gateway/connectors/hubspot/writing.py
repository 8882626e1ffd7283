"""A batch that writes, and who each part of the answer is about.

HubSpot keeps no order, and its errors have no number: every input carries its place in the batch as
`objectWriteTraceId`, which results and errors repeat. (A transfer's key would be a sixth of the body, both ways.)
Without trace ids one bad record would refuse the whole call.
Source: developers.hubspot.com, "Error handling", multi-status errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from yumen.gateway.connectors.connector import Outcome, Record, Settled
from yumen.gateway.connectors.failures import unreadable
from yumen.gateway.connectors.hubspot.account import SYSTEM
from yumen.gateway.connectors.hubspot.api import json_call
from yumen.gateway.connectors.hubspot.errors import Said, refused
from yumen.gateway.connectors.hubspot.target import Target

Input = Mapping[str, object]
TRACE: Final = "objectWriteTraceId"


class Result(msgspec.Struct, rename="camel"):
    """A record as HubSpot wrote or read it."""

    id: str
    properties: dict[str, str | None] | None = None
    object_write_trace_id: str | None = None


class Batch(msgspec.Struct, rename="camel"):
    """The answer to a batch: 200 with results, 207 with errors too."""

    results: list[Result]
    errors: list[Said] = []


async def write(target: Target, act: str, key_property: str, sent: Sequence[tuple[Record, Input]]) -> list[Settled]:
    """`act` is upsert or update; one answer a record, in order. Raises NotSent, Rejected, Unsettled."""
    inputs = [{**content, TRACE: str(place)} for place, (_, content) in enumerate(sent)]
    batch = await target.api.ask(Batch, json_call(f"{target.path}/batch/{act}", {"inputs": inputs}))
    records = [record for record, _ in sent]
    names = _Names(records)
    told = {**_refusals(names, batch.errors), **_successes(names, batch.results, key_property)}
    silent = [record for record in records if record.external_id not in told]
    if silent:
        told.update(_unnamed(silent, [said for said in batch.errors if not any(_names(said))]))
    return [told[record.external_id] for record in records]


def remote_id(said: str) -> str:
    """A number, or nothing."""
    return said if said.isascii() and said.isdigit() and len(said) < 24 else ""


class _Names:
    """Whom HubSpot means: by the place in the batch, or by the id that was sent."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._by_place = {str(place): record for place, record in enumerate(records)}
        self._by_id = {record.external_id.casefold(): record for record in records}

    def of_result(self, result: Result, key_property: str) -> Record | None:
        key = (result.properties or {}).get(key_property) or ""
        return self._by_place.get(result.object_write_trace_id or "") or self._by_id.get(key.casefold())

    def of_error(self, said: Said) -> Iterator[Record]:
        for field, name in _names(said):
            record = self._by_place.get(name) if field == TRACE else self._by_id.get(name.casefold())
            if record is not None:
                yield record


def _successes(names: _Names, results: Sequence[Result], key_property: str) -> dict[str, Settled]:
    told: dict[str, Settled] = {}
    for result in results:
        record = names.of_result(result, key_property)
        if record is not None:
            told[record.external_id] = Settled(record.external_id, Outcome.DONE, remote_id=remote_id(result.id))
    return told


def _refusals(names: _Names, errors: Sequence[Said]) -> dict[str, Settled]:
    """Errors that name their record."""
    return {record.external_id: refused(record, said) for said in errors for record in names.of_error(said)}


def _unnamed(silent: Sequence[Record], errors: Sequence[Said]) -> dict[str, Settled]:
    """Records of which nothing is said, beside errors that name nobody: one each, or nothing is known.

    With several of each kind nobody can say whose is whose: they are repeated if any may pass. Raises Unsettled.
    """
    if len(errors) != len(silent):
        raise unreadable(SYSTEM)
    told = {record.external_id: refused(record, errors[0]) for record in silent}
    passing = any(refused(silent[0], said).outcome is Outcome.RETRY for said in errors)
    outcome = Outcome.RETRY if passing else Outcome.REJECTED
    return {name: Settled(name, outcome, one.code, one.place) for name, one in told.items()}


def _names(said: Said) -> Iterator[tuple[str, str]]:
    """Each name that an error gives, and what kind of name it is."""
    for field in (TRACE, "ids", "id"):
        for name in (said.context or {}).get(field, ()):
            yield field, name
