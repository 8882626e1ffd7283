"""HQ's own endpoint as a recipient: batches of records as JSON, in envelopes, one after the other.

Envelopes are opened in their order, so an older one that still waits for its receipt is posted first, as it was sealed.
A receipt says that HQ has the content, countersigned; what HQ does with it afterwards nobody reads back. The same batch
sent again after a failure is not sealed again, unless no byte of it left. HQ tells records apart by `key`: one may come
twice.
"""

from __future__ import annotations

import asyncio
import binascii
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import msgspec

from yumen.gateway.connectors.batch import firsts, in_order
from yumen.gateway.connectors.channel import Call, Channel, decoded
from yumen.gateway.connectors.connector import (
    Abilities,
    Budget,
    Description,
    Found,
    Outcome,
    RecallWay,
    Record,
    Settled,
)
from yumen.gateway.connectors.failures import failure_of, known
from yumen.gateway.connectors.session import UNAUTHORISED
from yumen.gateway.connectors.webhook.sealer import Sealer
from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled
from yumen.kit.http import Answer, Http

SYSTEM: Final = "webhook"
CONTENT_TYPE: Final = "application/vnd.yumen.envelope"
BATCH_MAX: Final = 500
DEADLINE_S: Final = 20.0
REMEMBERED_MAX: Final = 64
REFUSED: Final = frozenset({409, 422})
RECEIVER_CODES: Final = frozenset(
    {
        *("signature.wrong", "keys.sender", "keys.recipient", "sequence.gap", "sequence.forked", "chain.broken"),
        *("parties.sender", "parties.recipient", "parties.profile", "content.sealed", "content.differs", "keys.absent"),
        *("sequence.given_up", "sequence.replayed", "trail.rolled_back", "trail.forked", "trail.no_inclusion"),
    }
)
"""Words of `yumen-receiver` that are repeated in failures."""
NEVER_LEFT: Final = frozenset(
    {"http.unreachable", "http.certificate_refused", "http.proxy_refused", "http.circuit_open"}
)
"""No connection stood, so no byte of the envelope went out."""
PARTED: Final = frozenset({"envelope.receipt_differs", "envelope.receipt_unknown"})
"""HQ countersigned another history than ours: no repetition mends that, and people must compare both."""


class Said(msgspec.Struct):
    """A refusal of the receiver (problem+json)."""

    code: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`url` is whole. `description` is what HQ told us of its fields, since an endpoint cannot be asked."""

    url: str
    description: Description
    ways: tuple[RecallWay, ...] = (RecallWay.DELETE, RecallWay.ANONYMISE, RecallWay.SUPPRESS)


class Webhook:
    """A `Connector`. `http` stays its owner's."""

    def __init__(self, http: Http, endpoint: Endpoint, sealer: Sealer) -> None:
        self._channel = Channel(SYSTEM, http, compress=False, deadline_s=DEADLINE_S)
        self._endpoint = endpoint
        self._sealer = sealer
        self._in_order = asyncio.Lock()
        self._sealed: dict[bytes, None] = {}

    @property
    def abilities(self) -> Abilities:
        return Abilities(batch_max=BATCH_MAX, connections_max=1, recall=self._endpoint.ways, reads_back=False)

    async def describe(self) -> Description:
        return self._endpoint.description

    async def send(self, records: Sequence[Record]) -> list[Settled]:
        first = firsts(records, BATCH_MAX)
        if not first:
            return []
        await self._deliver(msgspec.json.encode({"act": "upsert", "records": first}))
        return in_order(records, [Settled(record.external_id, Outcome.DONE) for record in first])

    async def send_bulk(self, records: Sequence[Record]) -> list[Settled]:
        """There is no way for masses. Raises Rejected."""
        raise Rejected("connector.way_unsupported", "bulk", system=SYSTEM, records=len(records))

    async def ask(self, external_ids: Sequence[str]) -> list[Found]:
        """An endpoint cannot be asked. Raises Rejected."""
        raise Rejected("connector.way_unsupported", "ask", system=SYSTEM, records=len(external_ids))

    async def recall(self, external_ids: Sequence[str], way: RecallWay) -> list[Settled]:
        """HQ countersigns that it was told to; it is not seen doing it."""
        if way not in self._endpoint.ways:
            raise Rejected("connector.way_unsupported", way, system=SYSTEM)
        if external_ids:
            content = {"act": "recall", "way": way.value, "external_ids": list(external_ids)}
            await self._deliver(msgspec.json.encode(content))
        return [Settled(external_id, Outcome.DONE) for external_id in external_ids]

    async def budget(self) -> Budget:
        return Budget(None, None)

    async def close(self) -> None:
        """Nothing is held open: the connections are those of `http`."""

    async def _deliver(self, content: bytes) -> None:
        """Post what waits, then this, unless this was among it. Raises NotSent, Rejected, Unsettled."""
        name = sha256(content).digest()
        async with self._in_order:
            try:
                for envelope in await self._sealer.waiting():
                    await self._post(envelope)
            except Unsettled as failure:
                if name in self._sealed:
                    raise
                raise NotSent("connector.earlier_waits", failure.code, system=SYSTEM) from None
            if name not in self._sealed:
                self._remember(name)
                await self._post_first(name, await self._seal(name, content))
            self._sealed.pop(name, None)

    async def _post_first(self, name: bytes, envelope: bytes) -> None:
        """What never left is unmade: who is in it may have withdrawn by the time somebody is there to take it."""
        try:
            await self._post(envelope)
        except NotSent as failure:
            if failure.code in NEVER_LEFT:
                await self._sealer.take_back(envelope)
                self._sealed.pop(name, None)
            raise

    def _remember(self, name: bytes) -> None:
        if len(self._sealed) >= REMEMBERED_MAX:
            del self._sealed[next(iter(self._sealed))]
        self._sealed[name] = None

    async def _seal(self, name: bytes, content: bytes) -> bytes:
        try:
            return await self._sealer.seal(content)
        except Problem as unsealed:
            self._sealed.pop(name, None)
            raise NotSent("connector.unsealed", unsealed.code.name, system=SYSTEM) from None

    async def _post(self, envelope: bytes) -> None:
        answer = await self._channel.send(
            Call("POST", self._endpoint.url, body=envelope, content_type=CONTENT_TYPE, headers={"Accept": "*/*"})
        )
        receipt = answer.body if answer.status == 200 else _earlier_receipt(answer)
        if receipt is None:
            raise _refusal(answer)
        try:
            await self._sealer.settle(receipt)
        except Problem as foreign:
            if foreign.code.name in PARTED:
                raise Rejected("connector.histories_parted", foreign.code.name, system=SYSTEM) from None
            raise Unsettled("connector.receipt_refused", foreign.code.name, system=SYSTEM) from None


def _earlier_receipt(answer: Answer) -> bytes | None:
    """A replay is answered with the receipt that was lost the first time."""
    said = decoded(answer.body, Said) if answer.status in REFUSED else None
    try:
        return b64decode(said.receipt, validate=True) if said is not None and said.receipt else None
    except (binascii.Error, ValueError):
        return None


def _refusal(answer: Answer) -> NotSent | Rejected | Unsettled:
    """A refused envelope is a fault between the two sides: nothing goes on until people have looked."""
    if answer.status in REFUSED:
        said = decoded(answer.body, Said) or Said()
        return Rejected("connector.receiver_refused", known(said.code, RECEIVER_CODES), system=SYSTEM)
    if answer.status == UNAUTHORISED:  # an envelope is its own credential: there is no login that could be mended
        return Rejected("connector.access_refused", system=SYSTEM, status=UNAUTHORISED)
    return failure_of(SYSTEM, answer.status, "")
