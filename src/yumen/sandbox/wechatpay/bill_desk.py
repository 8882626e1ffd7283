"""Close a day's bill on demand, look at it, and plant faults in it."""

from __future__ import annotations

import hashlib

from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.wechatpay.bill_rows import trade_rows
from yumen.sandbox.wechatpay.bills import Bills
from yumen.sandbox.wechatpay.lookup import get_date, get_merchant
from yumen.sandbox.wechatpay.records import Bill
from yumen.sandbox.wechatpay.refunds import Refunds
from yumen.sandbox.wechatpay.shapes import BillShown, NewFaults
from yumen.sandbox.wechatpay.world import World


class BillDesk:
    """Bills of every merchant."""

    def __init__(self, world: World, bills: Bills, refunds: Refunds) -> None:
        self.world = world
        self.bills = bills
        self.refunds = refunds

    def show(self, ask: Ask) -> BillShown:
        """One day's trade bill as it is now."""
        return self._shown(self.world.bill(get_merchant(self.world, ask).mchid, get_date(ask)))

    def close(self, ask: Ask) -> BillShown:
        """From now on the day can be asked for, even today."""
        bill = self.world.bill(get_merchant(self.world, ask).mchid, get_date(ask))
        bill.closed = True
        return self._shown(self.world.save_bill(bill))

    def plant(self, ask: Ask) -> BillShown:
        """These faults instead of the former ones."""
        wish: NewFaults = ask.body
        bill = self.world.bill(get_merchant(self.world, ask).mchid, get_date(ask))
        bill.faults = wish.faults
        return self._shown(self.world.save_bill(bill))

    def _shown(self, bill: Bill) -> BillShown:
        self.refunds.settle_due()
        merchant = self.world.merchants[bill.mchid]
        rows = trade_rows(self.world, merchant, bill.date)
        content = self.bills.trade_file(merchant, bill, rows)
        return BillShown(
            mchid=bill.mchid,
            date=bill.date,
            closed=bill.closed,
            faults=bill.faults,
            payments=sum(row.state == "SUCCESS" for row in rows),
            refunds=sum(row.state == "REFUND" for row in rows),
            hash_value=hashlib.sha1(content).hexdigest(),  # noqa: S324 - the protocol's
        )
