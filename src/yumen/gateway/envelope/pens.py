"""Our own signing keys: one pen for each suite, kept under the KMS, and handed over to a new one without a break.

Each recipient learns of a new pen in an envelope that the old one still signs; so the chain to each recipient moves on
by itself, at its own time.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Final

import msgspec

from yumen.gateway.envelope import store
from yumen.gateway.envelope.layout import NewKey, Suite
from yumen.gateway.envelope.suites import Pen, new_scalar, pen_of
from yumen.kit.crypto import sm3
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.keys import Keyring
from yumen.security.trail import LeafKind

TRAIL_UNSIGNED: Final = Code("envelope.trail_unsigned", 409)

TAKEN_UP: Final = LeafKind("envelope.pen_taken_up", "suite", "number", "key")
INTRODUCTION: Final = b"yumen-sender-key-1 "


class Pens:
    """The wired service. `origin` names the trail, and with the handler the sender."""

    def __init__(self, keyring: Keyring, origin: str) -> None:
        self._keyring = keyring
        self.origin = origin
        self._held: dict[tuple[Suite, int], Pen] = {}

    def sender(self, handler: HandlerId) -> str:
        """How the sender of a handler is written in an envelope."""
        return f"{self.origin}/h{handler}"

    async def pen(self, suite: Suite, number: int) -> Pen:
        """The private key of that number, made the first time."""
        if (suite, number) not in self._held:
            scalar = await self._keyring.secret(f"envelope-{suite}-{number}", lambda: new_scalar(suite))
            self._held[suite, number] = pen_of(suite, scalar)
        return self._held[suite, number]


async def in_office(uow: UnitOfWork) -> Mapping[Suite, int]:
    """The number of the pen that signs now, for each suite; the first of a suite takes office by being asked for."""
    last = await _last(uow)
    if len(last) < len(Suite):
        await store.lock_signers(uow.conn)
        last = await _last(uow)
        for suite in Suite:
            if suite not in last:
                await _take_up(uow, suite, 0)
        last = await _last(uow)
    return last


async def hand_over(uow: UnitOfWork, suite: Suite) -> int:
    """Let a new pen sign from now on; answers its number. Each recipient is told in its next envelope."""
    await in_office(uow)
    await store.lock_signers(uow.conn)
    number = (await _last(uow))[suite] + 1
    await _take_up(uow, suite, number)
    return number


def introduce(sender: str, suite: Suite, pen: Pen) -> NewKey:
    """A new pen's word that it signs for the sender."""
    return NewKey(suite, pen.key, pen.sign(introduction(sender, suite, pen.key)))


def introduction(sender: str, suite: Suite, key: bytes) -> bytes:
    """What a new pen signs of itself."""
    return INTRODUCTION + suite.encode() + b"\0" + sender.encode() + b"\0" + key


async def bundle(uow: UnitOfWork) -> bytes:
    """Our public keys for a recipient to pin: canonical JSON, whose SHA-256 is told by another way.

    Raises `envelope.trail_unsigned` before the first checkpoint.
    """
    pens, numbers = uow.use(Pens), await in_office(uow)
    keys = [
        {"key": base64.b64encode((await pens.pen(suite, numbers[suite])).key).decode(), "suite": suite.value}
        for suite in Suite
    ]
    lines = await trail.signer_lines(uow.conn)
    if not lines:
        raise TRAIL_UNSIGNED()
    signer = base64.b64encode(lines[-1]).decode()
    body = {"keys": keys, "sender": pens.sender(uow.handler), "trail": signer, "version": 1}
    return msgspec.json.encode(body, order="sorted")


async def _last(uow: UnitOfWork) -> dict[Suite, int]:
    return {Suite(row["suite"]): row["number"] for row in await store.list_signers(uow.conn)}


@recorded
async def _take_up(uow: UnitOfWork, suite: Suite, number: int) -> None:
    key = (await uow.use(Pens).pen(suite, number)).key
    await store.insert_signer(uow.conn, suite, number, key, uow.now)
    await trail.record(uow, TAKEN_UP.name, suite=suite.value, number=number, key=sm3(key).hex())
