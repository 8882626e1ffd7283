"""What the command line does for a shop: compare a day's bill now, take in a catalogue of any length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final

from yumen.app.databases import reachable
from yumen.app.transfer.command import at_handler
from yumen.app.wiring import furnished
from yumen.customer import catalog, orders
from yumen.customer.catalog.importing import Report
from yumen.kit.errors import Code
from yumen.kit.i18n import Language, text
from yumen.kit.settings import Settings
from yumen.wechat.pay import Pay

NO_MERCHANT: Final = Code("reconcile.no_merchant", 422)

PIECE_BYTES: Final = 1 << 16


async def reconcile(settings: Settings, day: date, mchid: str, language: Language) -> tuple[list[str], bool]:
    """Compare the bill of that day (in China) of one merchant, or of all; a line each, and whether all agree.

    Raises `reconcile.no_merchant`, `wechat_pay.bill_damaged`; NotSent (perhaps the bill is not made yet), Unsettled.
    """
    lines, agree = [], True
    async with reachable(settings) as databases, furnished(settings, databases) as house:
        pay = house.work.use(Pay)
        chosen = [one.mchid for one in pay.merchants.all() if mchid in ("", one.mchid)]
        if not chosen:
            raise NO_MERCHANT(mchid=mchid or "-")
        for number in chosen:
            handler = orders.hooks.handler_of(house.work, pay, number)
            shop = house.work.use(orders.Shop)
            fee_ppm = shop.fee_ppm.get(number, orders.reconciliation.FEE_PPM)
            found = await orders.reconciliation.reconcile(house.work, pay, number, handler, day, fee_ppm)
            agree = agree and not found.differences
            differences = len(found.differences)
            lines.append(
                text(
                    "reconcile.compared", language,
                    mchid=number, day=day.isoformat(), rows=found.rows, differences=differences,
                )
            )  # fmt: skip
            lines += [
                text("reconcile.difference", language, what=one.what, number=one.number, reason=one.reason)
                for one in found.differences
            ]
    return lines, agree


async def bring_catalogue(
    settings: Settings, file: Path, handler: str, dry: bool, told: Callable[[int], object]
) -> Report:
    """Take in a catalogue file for a handler; interrupted, the same file goes on where it was.

    Raises `handler.unclear`, `import.head_unfit`, `import.not_text`, `import.record_too_long`, OSError.
    """
    digest = sha256()
    for piece in _pieces(file, lambda size: None):
        digest.update(piece)
    async with at_handler(settings, handler) as (house, actor):
        return await catalog.importing.load(
            lambda: house.work.begin(actor), _pieces(file, told), digest.digest(), dry=dry
        )


def catalogue_lines(report: Report, language: Language) -> list[str]:
    """Counts, then each fault by row, column and reason."""
    facts = {
        "rows": report.rows, "taken": report.taken, "unchanged": report.unchanged, "skipped": report.skipped,
        "faults": report.faults_all,
    }  # fmt: skip
    faults = [
        text(
            "reconcile.fault", language, row=fault.row, column=fault.column or "-",
            why=text(fault.problem.code.name, language, **fault.problem.facts),
        )
        for fault in report.faults
    ]  # fmt: skip
    return [text("reconcile.catalogue", language, **facts), *faults]


def _pieces(file: Path, told: Callable[[int], object]) -> Iterator[bytes]:
    """The file in pieces; `told` hears how many bytes were read so far."""
    read = 0
    with file.open("rb") as opened:
        while piece := opened.read(PIECE_BYTES):
            read += len(piece)
            told(read)
            yield piece
