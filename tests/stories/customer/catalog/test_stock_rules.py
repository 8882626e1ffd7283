"""Whatever carts, orders, counts, crashes and the clock do in any order, stock is never negative and always adds up."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from yumen.customer.catalog import stock
from yumen.kit.errors import Problem

T = TypeVar("T")

CODES = itertools.count()
GOODS = (0, 1)
QUANTITIES = st.integers(1, 4)


class CrashedError(Exception):
    """The process died before it could commit."""


class Stock(RuleBasedStateMachine):
    """`held`, `sold` and `on_hand` are what a simple book says; the database must say the same."""

    loop: asyncio.AbstractEventLoop
    shop: Any

    @initialize()
    def begin(self) -> None:
        self.skus = [self.run_(self.shop.put(f"S{next(CODES)}", pieces=6)).id for _ in GOODS]
        self.on_hand = dict.fromkeys(self.skus, 6)
        self.held: dict[str, tuple[dict[int, int], datetime]] = {}
        self.sold: dict[str, dict[int, int]] = {}
        self.numbers = itertools.count()

    @rule(first=st.integers(0, 4), second=st.integers(0, 4), minutes=st.integers(1, 30))
    def hold(self, first: int, second: int, minutes: int) -> None:
        lines = {sku: n for sku, n in zip(self.skus, (first, second), strict=True) if n}
        if not lines:
            return
        wish = self.shop.wish(*lines.items(), minutes=minutes)
        fits = all(self.left(sku) >= n for sku, n in lines.items())
        assert self.refusal(self.shop.lane.reserve(wish)) == ("" if fits else "stock.sold_out")
        if fits:
            self.held[wish.id] = lines, wish.expires_at

    @precondition(lambda self: self.held)
    @rule(data=st.data(), crashed=st.booleans())
    def confirm(self, data: st.DataObject, crashed: bool) -> None:
        name = data.draw(st.sampled_from(sorted(self.held)))
        refusal = self.refusal(self.act(name, stock.confirm, crashed))
        if refusal == "crashed":
            return
        lines, until = self.held.pop(name)
        if refusal:
            assert (refusal, until <= self.now()) == ("stock.reservation_gone", True)
        else:
            self.sold[name] = lines

    @precondition(lambda self: self.held or self.sold)
    @rule(data=st.data(), crashed=st.booleans())
    def release(self, data: st.DataObject, crashed: bool) -> None:
        name = data.draw(st.sampled_from(sorted(self.held.keys() | self.sold.keys())))
        if self.refusal(self.act(name, stock.release, crashed)) == "":
            self.held.pop(name, None)
            self.sold.pop(name, None)

    @rule(good=st.sampled_from(GOODS), delta=st.integers(-5, 5))
    def count(self, good: int, delta: int) -> None:
        sku = self.skus[good]
        self.settle()
        fits = self.on_hand[sku] + delta >= sum(lines.get(sku, 0) for lines in self.taken())
        change = stock.Adjustment(sku, stock.Reason.OTHER, f"c{next(self.numbers)}", delta=delta)
        assert (self.refusal(self.adjusted(change)) == "") == fits
        self.on_hand[sku] += delta if fits else 0

    @rule(minutes=st.integers(1, 20))
    def wait(self, minutes: int) -> None:
        self.shop.house.clock.offset += timedelta(minutes=minutes)

    @rule()
    def settle(self) -> None:
        self.run_(self.shop.settle())

    @invariant()
    def it_adds_up(self) -> None:
        for sku in self.skus:
            on_hand, reserved = self.run_(self.shop.stock_of(sku))
            assert 0 <= reserved <= on_hand
        assert self.run_(self.shop.unequal()) == []

    def teardown(self) -> None:
        if hasattr(self, "skus"):
            self.settle()
            for sku in self.skus:
                on_hand, reserved = self.run_(self.shop.stock_of(sku))
                assert on_hand == self.on_hand[sku] - sum(lines.get(sku, 0) for lines in self.sold.values())
                assert reserved == sum(lines.get(sku, 0) for lines in self.taken()) - self.on_hand[sku] + on_hand

    def left(self, sku: int) -> int:
        return int(self.on_hand[sku]) - sum(lines.get(sku, 0) for lines in self.taken())

    def taken(self) -> list[dict[int, int]]:
        """What is promised or sold now."""
        return [*self.sold.values(), *(lines for lines, until in self.held.values() if until > self.now())]

    def now(self) -> datetime:
        moment: datetime = self.shop.house.clock.now()
        return moment

    def run_(self, story: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(story)

    def refusal(self, story: Coroutine[Any, Any, object]) -> str:
        """The code of the problem, `crashed`, or nothing when it was done."""
        try:
            self.run_(story)
        except CrashedError:
            return "crashed"
        except Problem as problem:
            return problem.code.name
        return ""

    async def act(self, name: str, story: Any, crashed: bool) -> None:
        async with self.shop.unit() as uow:
            await story(uow, name)
            if crashed:
                raise CrashedError

    async def adjusted(self, change: stock.Adjustment) -> None:
        async with self.shop.unit() as uow:
            await stock.adjust(uow, change)


def test_stock_adds_up_in_every_order(shop: Any, loop: asyncio.AbstractEventLoop) -> None:
    class Wired(Stock):
        pass

    Wired.shop, Wired.loop = shop, loop
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Wired,
        settings=settings(
            max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
