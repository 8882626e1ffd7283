"""The nouns of shipping management and of subscribe messages, as they lie in the state file."""

from __future__ import annotations

from typing import Final

import msgspec

TO_SHIP: Final = 1
SHIPPED: Final = 2
RECEIVED: Final = 3
COMPLETE: Final = 4
REFUNDED: Final = 5


class TradeParcel(msgspec.Struct, kw_only=True):
    """One entry of shipping_list as it is kept. `upload_time` is Unix."""

    tracking_no: str = ""
    express_company: str = ""
    goods_desc: str = ""
    upload_time: int = 0
    contact: dict[str, str] = {}


class Trade(msgspec.Struct, kw_only=True):
    """A payment that shipping management knows. `state` is order_state: 1 to ship, 2 shipped, 3 received,
    4 complete, 5 refunded. `finished` counts complete shippings: 0, 1, 2 (the one re-shipping is used)."""

    transaction_id: str
    appid: str
    openid: str
    mchid: str
    out_trade_no: str
    description: str = ""
    paid_fen: int = 0
    created_at: float = 0.0
    paid_at: float = 0.0
    visible_at: float = 0.0
    state: int = TO_SHIP
    logistics_type: int = 0
    delivery_mode: int = 0
    parcels: list[TradeParcel] = []
    uploaded_at: float = 0.0
    """The `upload_time` of the newest upload."""
    finished: int = 0
    shipped_at: float | None = None
    reminded_to_ship: bool = False
    reminded_to_confirm: bool = False
    confirmed_at: float | None = None
    confirm_method: int = 0
    settles_at: float | None = None
    ships_by: float | None = None
    """Presale: to be shipped by then (opspecialorder)."""


class TradeRules(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How shipping management treats one app. The delay and the settlement's spacing are assumptions."""

    managed: bool = True
    visible_after_s: float = 1.0
    """A payment is known to shipping management so long after it was made: 10060001 before."""
    settle_after_s: float = 60.0
    jump_path: str = ""
    shipped_once: bool = False
    nagged_at: float = 0.0


class SubscribeRight(msgspec.Struct, kw_only=True):
    """What a person may still be sent by one template: one message for each accept."""

    openid: str
    template: str
    left: int = 0


class SentMessage(msgspec.Struct, kw_only=True):
    """A subscribe message that went out."""

    msgid: int
    appid: str
    openid: str
    template: str
    page: str = ""
    data: dict[str, str] = {}
    sent_at: float = 0.0
