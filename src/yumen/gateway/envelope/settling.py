"""Take a recipient's countersigned receipt: the proof that it got exactly this envelope, in this place of the chain."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from typing import Final

from yumen.gateway.envelope import enrolment, store, suites
from yumen.gateway.envelope.bundle import Use, read_bundle
from yumen.gateway.envelope.layout import RECEIPT, BadLayout, Profile, ReceiptBody, Suite, read_receipt, signed_text
from yumen.gateway.envelope.pens import Pens
from yumen.gateway.envelope.store import PinnedKeys
from yumen.kit.crypto import sm3
from yumen.kit.errors import Code
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

UNFIT: Final = Code("envelope.receipt_unfit", 422)
UNSIGNED: Final = Code("envelope.receipt_unsigned", 422)
DIFFERS: Final = Code("envelope.receipt_differs", 409)
"""The recipient countersigned another envelope than ours in that place: the two histories part here."""
UNKNOWN: Final = Code("envelope.receipt_unknown", 404)

RECEIPTED: Final = LeafKind("envelope.receipted", "recipient", "sequence", "receipt")


@recorded
async def settle(uow: UnitOfWork, recipient: str, receipt: bytes) -> int:
    """Verify and keep a receipt; answers the sequence it settles. The same receipt again changes nothing.

    Raises `envelope.receipt_unfit`, `envelope.receipt_unsigned`, `envelope.receipt_unknown`,
    `envelope.receipt_differs`.
    """
    try:
        profile, body, unsigned, signatures = read_receipt(receipt)
    except BadLayout as wrong:
        raise UNFIT(reason=str(wrong)) from wrong
    if body.recipient != recipient or body.sender != uow.use(Pens).sender(uow.handler):
        raise UNFIT(reason="parties")
    if not _is_signed(await enrolment.list_live(uow, recipient), profile, body, unsigned, signatures):
        raise UNSIGNED(recipient=recipient)
    kept = await store.lock_envelope(uow.conn, uow.handler, recipient, body.sequence)
    if kept is None:
        raise UNKNOWN(sequence=body.sequence)
    if not hmac.compare_digest(kept["identity"].encode(), body.envelope.encode()):
        raise DIFFERS(recipient=recipient, sequence=body.sequence)
    if kept["receipt"] is not None:
        return uow.unchanged(body.sequence)
    await store.set_receipt(uow.conn, uow.handler, recipient, body.sequence, receipt, uow.now)
    await trail.record(uow, RECEIPTED.name, recipient=recipient, sequence=body.sequence, receipt=sm3(receipt).hex())
    return body.sequence


def _is_signed(
    live: Sequence[PinnedKeys],
    profile: Profile,
    body: ReceiptBody,
    unsigned: bytes,
    signatures: Mapping[Suite, bytes],
) -> bool:
    """Did one bundle that still counts sign in every suite of the profile it was pinned with?"""
    for pinned in live:
        bundle = read_bundle(pinned.bundle, pinned.profile)
        if pinned.profile is profile and bundle.ids(profile, Use.SIGN) == body.recipient_keys:
            return all(
                suites.verify(suite, bundle.key(suite, Use.SIGN), signed_text(RECEIPT, suite, unsigned), signature)
                for suite, signature in signatures.items()
            )
    return False
