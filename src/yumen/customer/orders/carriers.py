"""The carriers a parcel may go with, by the ids WeChat gives them (get_delivery_list), and their tracking numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from yumen.kit.errors import Code

UNKNOWN: Final = Code("carrier.unknown", 422)
TRACKING_UNFIT: Final = Code("carrier.tracking_unfit", 422)

_TRACKING: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{4,39}")


@dataclass(frozen=True, slots=True)
class Carrier:
    """`needs_contact`: WeChat wants the receiver's masked number with it."""

    id: str
    name_en: str
    name_zh: str
    needs_contact: bool = False


_KNOWN: Final = (
    Carrier("SF", "SF Express", "顺丰速运", needs_contact=True),
    Carrier("STO", "STO Express", "申通快递"),
    Carrier("YTO", "YTO Express", "圆通速递"),
    Carrier("ZTO", "ZTO Express", "中通快递"),
    Carrier("YD", "Yunda Express", "韵达快递"),
    Carrier("JTSD", "J&T Express", "极兔速递"),
    Carrier("JD", "JD Logistics", "京东物流"),
    Carrier("EMS", "EMS", "邮政速递"),
    Carrier("YZPY", "China Post", "邮政快递包裹"),
    Carrier("DBL", "Deppon", "德邦快递"),
    Carrier("UC", "Uni-top Express", "优速快递"),
    Carrier("DHL", "DHL", "敦豪"),
    Carrier("FEDEX", "FedEx", "联邦快递"),
    Carrier("UPS", "UPS", "联合包裹"),
)
CARRIERS: Final[Mapping[str, Carrier]] = {carrier.id: carrier for carrier in _KNOWN}


def carrier_of(code: str) -> Carrier:
    """Raises `carrier.unknown`."""
    carrier = CARRIERS.get(code)
    if carrier is None:
        raise UNKNOWN(at="/carrier")
    return carrier


def tracking_of(text: str) -> str:
    """Without spaces. Raises `carrier.tracking_unfit`."""
    number = "".join(text.split())
    if not _TRACKING.fullmatch(number):
        raise TRACKING_UNFIT(at="/tracking_no")
    return number
