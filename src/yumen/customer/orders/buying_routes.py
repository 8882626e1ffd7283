"""Shopper routes of buying: what a cart costs, and an order of it, once however often it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from litestar import post

from yumen.customer.orders import cart, checkout, payment, placing, progress
from yumen.customer.orders.checkout import Draft, Wish
from yumen.customer.orders.placing import Ask
from yumen.customer.orders.quote import LINES_MAX, QUANTITY_MAX, QUANTITY_UNFIT, Quote
from yumen.customer.orders.quote_shapes import QuoteView
from yumen.customer.orders.shapes import OrderBody, QuoteBody, StateView, WantedLine
from yumen.customer.orders.states import State
from yumen.kit.errors import Problem
from yumen.kit.ids import new_id
from yumen.kit.web import Edge, allow
from yumen.kit.work import UnitOfWork

Outcome = Mapping[str, str | int | None]


@post("/v1/quote", opt=allow("order", "quote"), status_code=200, summary="What it costs me, line by line")
async def read_quote(data: QuoteBody, edge: Edge) -> QuoteView:
    offer = await placing.offered(edge.work, edge.actor, edge.subject, await _wish(edge, data))
    return QuoteView.of(offer, edge.language)


@post(
    "/v1/orders",
    opt=allow("order", "place"),
    status_code=201,
    summary="Order what was quoted",
    description="`expected_fen` is the total that was shown; when the price has changed since, nothing is ordered and "
    "the problem tells both amounts. With an Idempotency-Key a double tap orders once.",
)
async def place_order(data: OrderBody, edge: Edge) -> StateView:
    if (outcome := await edge.earlier()) is None:
        try:
            outcome = await _ordered(edge, data)
        except Problem as refused:
            outcome = await _meanwhile(edge, refused)
        if outcome.get("state"):
            return StateView(str(outcome["order"]), State(str(outcome["state"])))
    async with edge.unit() as uow:
        order = await progress.get_of(uow, edge.subject, str(outcome["order"]))
    return StateView(order.id, order.state)


async def _meanwhile(edge: Edge, refused: Problem) -> Outcome:
    """What the same request, sent at the same moment, came to: it may have taken the last pieces. Else the refusal."""

    async def story(uow: UnitOfWork) -> Outcome:
        raise refused

    return await edge.once(story)


async def _ordered(edge: Edge, data: OrderBody) -> Outcome:
    """At once where the order is plain; else set aside and placed: of two requests with one Idempotency-Key at once the
    second gives its pieces back."""
    destination = None if data.destination is None else data.destination.to()
    wish = await _wish(edge, data)
    draft = Draft(edge.subject, edge.app, wish, data.expected_fen, new_id("rsv"), destination, data.address)
    offer = await placing.placed(edge.work, Ask(edge.actor, draft, await edge.request()))
    if isinstance(offer, str):
        return placing.outcome_of(offer)
    checkout.fits(draft, offer)
    async with placing.set_aside(edge.work, edge.actor, draft, offer) as aside:

        async def story(uow: UnitOfWork) -> Outcome:
            outcome = await _placed(uow, draft, offer)
            aside.order = str(outcome["order"])
            return outcome

        return await edge.once(story, pipelined=True)


async def _placed(uow: UnitOfWork, draft: Draft, offer: Quote) -> Outcome:
    order = await checkout.place(uow, draft, offer)
    if offer.total_fen:
        return placing.outcome_of(order)
    await payment.settle_free(uow, await progress.lock(uow, order))
    return {"order": order, "state": None}


async def _wish(edge: Edge, data: QuoteBody | OrderBody) -> Wish:
    wanted = _once_each(data.lines)
    if not wanted:
        async with edge.unit() as uow:
            wanted = await cart.wanted(uow, edge.subject)
    return Wish(wanted, tuple(data.coupons), data.points)


def _once_each(lines: list[WantedLine]) -> dict[str, int]:
    wanted = {line.sku: line.quantity for line in lines}
    if len(wanted) != len(lines):
        raise QUANTITY_UNFIT(at="/lines", lines_max=LINES_MAX, quantity_max=QUANTITY_MAX)
    return wanted


BUYING_ROUTES: Final = [read_quote, place_order]
