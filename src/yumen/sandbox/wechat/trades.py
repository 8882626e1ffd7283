"""Payments as shipping management sees them: told by the payment side, confirmed by people or by the clock.

Clocks (平台运营规则): unshipped for 48 hours is reminded; an express parcel is taken as received ten days after
shipping, everything else after two.
"""

from __future__ import annotations

from typing import Final

from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.wechat import push_messages
from yumen.sandbox.wechat.codes import OPENID_UNKNOWN, TRADE_STATE_UNFIT, TRADE_UNKNOWN
from yumen.sandbox.wechat.lookup import get_app
from yumen.sandbox.wechat.push_delivery import Postman
from yumen.sandbox.wechat.push_messages import Message
from yumen.sandbox.wechat.records import App
from yumen.sandbox.wechat.shapes import PushesMade, TradeTold
from yumen.sandbox.wechat.trade_records import COMPLETE, RECEIVED, REFUNDED, SHIPPED, TO_SHIP, Trade
from yumen.sandbox.wechat.world import World

DAY_S: Final = 86400.0
SHIP_WITHIN_S: Final = 2 * DAY_S
EXPRESS: Final = 1
RECEIVED_AFTER_S: Final = {EXPRESS: 10 * DAY_S}
RECEIVED_AFTER_OTHERS_S: Final = 2 * DAY_S
BY_HAND: Final = 1
BY_CLOCK: Final = 2


class Trades:
    """The desk of shipping management: what happens to a trade beside the developer's calls."""

    def __init__(self, world: World, postman: Postman) -> None:
        self.world = world
        self.postman = postman

    def told(self, ask: Ask) -> Trade:
        """A payment was made (the payment side says so); telling it again changes nothing."""
        app = get_app(self.world, ask)
        wish: TradeTold = ask.body
        known = self.world.trades.get(wish.transaction_id)
        if known is not None:
            return known
        if wish.openid not in self.world.members or self.world.members[wish.openid].appid != app.appid:
            raise OPENID_UNKNOWN(at="/openid")
        now = self.world.now()
        trade = Trade(
            transaction_id=wish.transaction_id,
            appid=app.appid,
            openid=wish.openid,
            mchid=wish.mchid,
            out_trade_no=wish.out_trade_no,
            description=wish.description,
            paid_fen=wish.paid_fen,
            created_at=now,
            paid_at=now,
            visible_at=now + app.trade_rules.visible_after_s,
        )
        return self.world.add_trade(trade)

    def refunded(self, ask: Ask) -> Trade:
        """The payment went back whole: nothing is to be shipped any more."""
        trade = self._trade(ask)
        trade.state = REFUNDED
        return self._kept(trade)

    def confirm(self, ask: Ask) -> Trade:
        """The person confirms the receipt in the order component (weappOrderConfirm)."""
        trade = self._trade(ask)
        if trade.state != SHIPPED:
            raise TRADE_STATE_UNFIT()
        self._receive(trade, BY_HAND)
        return self._kept(trade)

    def show(self, ask: Ask) -> Trade:
        """One trade."""
        return self._trade(ask)

    def list_all(self, ask: Ask) -> list[Trade]:
        """The newest trades of an app, `?limit=`."""
        app, limit = get_app(self.world, ask), ask.number("limit", 100, 10_000)
        return [trade for trade in reversed(self.world.trades.values()) if trade.appid == app.appid][:limit]

    def finished(self, app: App, trade: Trade) -> None:
        """Everything of a trade is shipped: the app is told when to expect the money."""
        after = RECEIVED_AFTER_S.get(trade.logistics_type, RECEIVED_AFTER_OTHERS_S)
        more = {"estimated_settlement_time": int((trade.shipped_at or 0.0) + after)}
        self._post(app, trade, push_messages.settlement(app, trade, self.world.now(), more))

    def age(self) -> None:
        """What the clock does: remind of what is unshipped, take as received, settle."""
        now = self.world.now()
        for trade in self.world.trades.values():
            app = self.world.apps.get(trade.appid)
            if app is not None and app.trade_rules.managed and trade.state in {TO_SHIP, SHIPPED, RECEIVED}:
                self._age(app, trade, now)
        self.world.journal.settle(lambda _: None)

    def _age(self, app: App, trade: Trade, now: float) -> None:
        if trade.state == TO_SHIP:
            self._remind(app, trade, now)
        elif trade.state == SHIPPED and trade.shipped_at is not None:
            if now >= trade.shipped_at + RECEIVED_AFTER_S.get(trade.logistics_type, RECEIVED_AFTER_OTHERS_S):
                self._receive(trade, BY_CLOCK)
                self._kept(trade)
        elif trade.settles_at is not None and now >= trade.settles_at:
            trade.state = COMPLETE
            self._kept(trade)
            more = {
                "confirm_receive_method": trade.confirm_method,
                "confirm_receive_time": int(trade.confirmed_at or 0.0),
                "settlement_time": int(now),
            }
            self._post(app, trade, push_messages.settlement(app, trade, now, more))

    def _remind(self, app: App, trade: Trade, now: float) -> None:
        rules = app.trade_rules
        if not rules.shipped_once:
            if now >= rules.nagged_at + DAY_S:
                rules.nagged_at = now
                self.world.keep("app", app.appid, app)
                self._post(app, trade, push_messages.access_missing(app, trade, now))
            return
        if not trade.reminded_to_ship and now >= (trade.ships_by or trade.paid_at + SHIP_WITHIN_S):
            trade.reminded_to_ship = True
            self._kept(trade)
            self._post(app, trade, push_messages.ship_soon(app, trade, now))

    def _receive(self, trade: Trade, method: int) -> None:
        now = self.world.now()
        trade.state, trade.confirmed_at, trade.confirm_method = RECEIVED, now, method
        trade.settles_at = now + self.world.apps[trade.appid].trade_rules.settle_after_s

    def _post(self, app: App, trade: Trade, message: Message) -> PushesMade:
        if app.push is None:
            return PushesMade(pushes=[])
        return PushesMade(pushes=[push.id for push in self.postman.post(app, trade.openid, message)])

    def _trade(self, ask: Ask) -> Trade:
        app = get_app(self.world, ask)
        trade = self.world.trades.get(ask.parts["transaction"])
        if trade is None or trade.appid != app.appid:
            raise TRADE_UNKNOWN()
        return trade

    def _kept(self, trade: Trade) -> Trade:
        return self.world.keep("trade", trade.transaction_id, trade)
