"""What travels to a recipient's own endpoint: signed, sealed to its pinned keys, chained, proved, countersigned.

    keys = await enrolment.propose(uow, "hq-crm", Profile.DUAL, bundle)     # one person
    await enrolment.confirm(uow, keys, fingerprint, overlap_days=14)         # another
    sealed = await seal(uow, "hq-crm", content, "application/json")         # commit, then post sealed.data
    sequence = await settle(uow, "hq-crm", answer)                          # the receipt

`yumen-receiver` (folder `receiver/`) is the other side. docs/reference/envelope.md describes the bytes.
"""

from yumen.gateway.envelope import enrolment, pens
from yumen.gateway.envelope.courier import Courier
from yumen.gateway.envelope.layout import CONTENT_BYTES_MAX, RECEIPT_BYTES_MAX, Profile, Suite
from yumen.gateway.envelope.pens import Pens
from yumen.gateway.envelope.sealing import IN_FLIGHT_MAX, Sealed, history, in_flight, seal
from yumen.gateway.envelope.settling import settle
from yumen.gateway.envelope.store import Past, PinnedKeys

__all__ = [
    "CONTENT_BYTES_MAX",
    "IN_FLIGHT_MAX",
    "RECEIPT_BYTES_MAX",
    "Courier",
    "Past",
    "Pens",
    "PinnedKeys",
    "Profile",
    "Sealed",
    "Suite",
    "enrolment",
    "history",
    "in_flight",
    "pens",
    "seal",
    "settle",
]
