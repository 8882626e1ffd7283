"""What people are told and what they answer. `basis.require` is the only gate for handling their data.

await basis.require(uow, subject, Purpose.MARKETING)   # raises unless the person said yes and still does
await registration.register(uow, notices.load(facts, folder))   # at start, for each handler
await merging.merge(uow, winner, loser)   # two subjects are one person: every no wins
"""

from yumen.customer.consent import basis, choices, held, merging, notices, registration
from yumen.customer.consent.eligibility import Eligibility
from yumen.customer.consent.envelope import BadReceiptError, Envelope, ReceiptSigner, verify
from yumen.customer.consent.events import ConsentGranted, ConsentRefused, ConsentWithdrawn
from yumen.customer.consent.holdings import HOLDINGS
from yumen.customer.consent.merging import merge, stricter
from yumen.customer.consent.shapes import AppHandlers

__all__ = [
    "HOLDINGS",
    "AppHandlers",
    "BadReceiptError",
    "ConsentGranted",
    "ConsentRefused",
    "ConsentWithdrawn",
    "Eligibility",
    "Envelope",
    "ReceiptSigner",
    "basis",
    "choices",
    "held",
    "merge",
    "merging",
    "notices",
    "registration",
    "stricter",
    "verify",
]
