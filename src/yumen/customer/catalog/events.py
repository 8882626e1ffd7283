"""What happens to goods."""

from __future__ import annotations

from dataclasses import dataclass

from yumen.kit.ids import HandlerId


@dataclass(frozen=True, slots=True)
class StockLow:
    """What is left of a SKU has fallen to its `low_level`."""

    handler: HandlerId
    sku: int
    left: int
