"""Everything that is kept about people, collected from the modules that keep it."""

from __future__ import annotations

from typing import Final

from yumen import gateway
from yumen.app import shop
from yumen.app.push_holding import PUSH_INBOX
from yumen.app.transfer.holdings import HOLDINGS as TRANSFER_HOLDINGS
from yumen.customer import consent, identity, profile
from yumen.security import access
from yumen.security.datamap import Holding

HOLDINGS: Final[tuple[Holding, ...]] = (
    *access.HOLDINGS,
    PUSH_INBOX,
    *identity.HOLDINGS,
    *consent.HOLDINGS,
    *profile.HOLDINGS,
    *shop.HOLDINGS,
    *TRANSFER_HOLDINGS,
    *gateway.HOLDINGS,
)
