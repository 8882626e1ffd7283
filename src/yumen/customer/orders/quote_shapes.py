"""What a quote answers: each line step by step in the shopper's language, and what shipping comes to."""

from __future__ import annotations

import msgspec

from yumen.customer.orders.quote import Item, Line, Quote, Step
from yumen.kit.i18n import Language, text


class QuoteStepView(msgspec.Struct):
    """`name` is the campaign's own, or says what the step is."""

    step: Step
    name: str
    fen: int

    @classmethod
    def of(cls, step: Step, fen: int, item: Item, language: Language) -> QuoteStepView:
        campaign = item.campaign_zh if language == "zh" else item.campaign_en
        name = campaign if step is Step.CAMPAIGN else ""
        return cls(step, name or text(f"quote.step.{step.value}", language), fen)


class QuoteLineView(msgspec.Struct):
    """`steps` add up to `due_fen`."""

    sku: str
    title_en: str
    title_zh: str
    quantity: int
    steps: list[QuoteStepView]
    due_fen: int

    @classmethod
    def of(cls, line: Line, language: Language) -> QuoteLineView:
        item = line.item
        steps = [QuoteStepView.of(step, fen, item, language) for step, fen in line.steps]
        return cls(item.sku, item.title_en, item.title_zh, item.quantity, steps, line.due_fen)


class ShippingView(msgspec.Struct):
    """`list_fen` less `saved_fen` is `shipping_fen`; `reason` says why it is free, or from how much on it would be."""

    list_fen: int
    saved_fen: int
    free_from_fen: int | None
    reason: str

    @classmethod
    def of(cls, offer: Quote, language: Language) -> ShippingView:
        list_fen, from_fen = offer.shipping_fen + offer.waived_fen, offer.free_from_fen
        if from_fen is None or not list_fen:
            return cls(list_fen, offer.waived_fen, None, "")
        reason = text(
            "quote.shipping_free" if offer.waived_fen else "quote.shipping_free_from", language, yuan=_yuan(from_fen)
        )
        return cls(list_fen, offer.waived_fen, from_fen, reason)


class QuoteView(msgspec.Struct):
    """What it costs, line by line; `total_fen` is what `expected_fen` of an order has to be."""

    lines: list[QuoteLineView]
    goods_fen: int
    shipping_fen: int
    shipping: ShippingView
    total_fen: int
    saved_fen: int
    points: int
    coupons: list[str]

    @classmethod
    def of(cls, offer: Quote, language: Language) -> QuoteView:
        return cls(
            lines=[QuoteLineView.of(line, language) for line in offer.lines],
            goods_fen=offer.goods_fen,
            shipping_fen=offer.shipping_fen,
            shipping=ShippingView.of(offer, language),
            total_fen=offer.total_fen,
            saved_fen=offer.sums()[Step.LIST] - offer.goods_fen,
            points=offer.points,
            coupons=list(offer.coupons),
        )


def _yuan(fen: int) -> str:
    """Without the fen where there are none."""
    yuan, rest = divmod(fen, 100)
    return f"{yuan}.{rest:02d}" if rest else str(yuan)
