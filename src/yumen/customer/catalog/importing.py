"""Take in a catalogue file: variants by their codes, a unit for each few rows, faults told by row and column.

The same file again changes nothing. A run that was interrupted goes on where it was when the same file comes again. A
row with a fault is left out with the other rows of its product beside it; everything else is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from yumen.customer.catalog import import_store, products, stock, store
from yumen.customer.catalog.products import Draft, Status, Variant
from yumen.customer.catalog.rows import Fault, Row, read
from yumen.kit.errors import Problem
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail

IMPORTED: Final = trail.LeafKind("catalog.imported", "run", "rows_done", "taken", "unchanged", "faults")

ROWS_A_UNIT: Final = 200
FAULTS_MAX: Final = 200
COLUMN_OF: Final = {
    "/brand": "brand", "/category": "category", "/skus": "sku", "/images": "images",
    "/publish_until_at": "publish_until_at",
}  # fmt: skip

Units = Callable[[], AbstractAsyncContextManager[UnitOfWork]]


@dataclass
class Report:
    """What came of a file. `faults` holds the first `FAULTS_MAX`, `faults_all` counts them all."""

    run: str
    rows: int = 0
    skipped: int = 0
    taken: int = 0
    unchanged: int = 0
    faults_all: int = 0
    faults: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        self.faults_all += 1
        if len(self.faults) < FAULTS_MAX:
            self.faults.append(fault)


async def load(units: Units, pieces: Iterable[bytes], file_hash: bytes, *, dry: bool = False) -> Report:
    """Take in a whole file; `units` opens a unit of the edge for each few rows, `file_hash` (32 bytes) names it.

    A dry run does all the same and keeps nothing. Raises `import.head_unfit`, `import.not_text`,
    `import.record_too_long`; rows before that place are kept.
    """
    async with units() as uow:
        run, done = ("", 0) if dry else await import_store.begin(uow.conn, uow.handler, file_hash, uow.now)
    report = Report(run)
    for batch in _batches(read(pieces)):
        report.rows += len(batch)
        if report.rows <= done:
            report.skipped += len(batch)
            continue
        async with units() as uow:
            if dry:
                async with uow.conn.transaction(force_rollback=True):
                    await take(uow, report, batch)
            else:
                await take(uow, report, batch)
    if not dry:
        async with units() as uow:
            await import_store.end(uow.conn, report.run, uow.now)
    return report


@recorded
async def take(uow: UnitOfWork, report: Report, batch: Sequence[Row | Fault]) -> None:
    """Take in a few rows: each product in a savepoint of its own, so that a fault is nobody else's."""
    before = report.taken, report.unchanged, report.faults_all
    if report.run:  # first, so that a transaction is open: the savepoints are of it, and nothing is kept before its end
        await import_store.go_on(uow.conn, report.run, report.rows)
    for fault in batch:
        if isinstance(fault, Fault):
            report.add(fault)
    rows = [row for row in batch if isinstance(row, Row)]
    for _, group in groupby(rows, key=lambda row: row.get("product")):
        of_product = list(group)
        try:
            async with uow.conn.transaction():
                changed = await _take_product(uow, report, of_product)
        except Problem as problem:
            report.add(Fault(of_product[0].number, _column(problem), problem))
        else:
            report.taken += len(of_product) if changed else 0
            report.unchanged += 0 if changed else len(of_product)
    taken, unchanged, faults = report.taken - before[0], report.unchanged - before[1], report.faults_all - before[2]
    if not taken:
        uow.unchanged(None)
        return
    await trail.record(
        uow, IMPORTED.name, run=report.run or None, rows_done=report.rows, taken=taken, unchanged=unchanged,
        faults=faults,
    )  # fmt: skip


async def _take_product(uow: UnitOfWork, report: Report, rows: Sequence[Row]) -> bool:
    head = rows[0]
    known = await _known(uow, head.get("product"))
    product, written = await products.write(uow, _draft(rows, known))
    changed = bool(written)
    if head.get("status"):
        _, moved = await products.move(uow, product.code, Status(head.get("status")))
        changed |= moved
    return await _count(uow, report.run, rows) or changed


async def _known(uow: UnitOfWork, code: str) -> Draft | None:
    """The product as it is, if there is one; its brand is the file's to say."""
    product = await store.find_product(uow.conn, uow.handler, code)
    if product is None:
        return None
    skus = await store.list_skus(uow.conn, [product.id])
    return Draft(
        code, "", await store.find_category_code(uow.conn, product.category), product.name_en, product.name_zh,
        product.text_en, product.text_zh, [bytes(image) for image in product.image_hashes],
        [Variant(s.code, s.name_en, s.name_zh, s.list_fen, s.weight_g, s.active, dict(s.member_fen)) for s in skus],
        product.publish_from_at, product.publish_until_at,
    )  # fmt: skip


def _draft(rows: Sequence[Row], known: Draft | None) -> Draft:
    """What the rows of one product make of it: what the file has no column for stays as it is."""
    head = rows[0]
    was = known or Draft(head.get("product"), "", None, "", "", "", "", (), ())
    variants = {variant.code: variant for variant in was.variants}
    for row in rows:
        variants[row.get("sku")] = _variant(row, variants.get(row.get("sku")))
    return replace(
        was,
        brand=head.get("brand"),
        category=head.get("category", was.category or "") or None,
        name_en=head.get("name_en"),
        name_zh=head.get("name_zh"),
        text_en=head.get("text_en", was.text_en),
        text_zh=head.get("text_zh", was.text_zh),
        images=head.images(was.images),
        variants=list(variants.values()),
        publish_from_at=head.moment("publish_from_at", was.publish_from_at),
        publish_until_at=head.moment("publish_until_at", was.publish_until_at),
    )


async def _count(uow: UnitOfWork, run: str, rows: Sequence[Row]) -> bool:
    """Set what is on hand where the file says so."""
    changed = False
    for row in rows:
        if row.get("on_hand"):
            sku = await products.get_sku(uow, row.get("sku"))
            counted = stock.Adjustment(sku.id, stock.Reason.COUNTED, run or "dry", counted=int(row.get("on_hand")))
            changed |= (await stock.apply(uow, counted)).changed
    return changed


def _variant(row: Row, known: Variant | None) -> Variant:
    was = known or Variant(row.get("sku"), "", "", 0)
    return Variant(
        code=was.code,
        name_en=row.get("variant_en", was.name_en),
        name_zh=row.get("variant_zh", was.name_zh),
        list_fen=int(row.get("list_fen")),
        weight_g=int(row.get("weight_g", str(was.weight_g)) or 0),
        active=row.get("active", "yes" if was.active else "no") != "no",
        member_fen=row.member_fen(was.member_fen),
    )


def _batches(rows: Iterator[Row | Fault]) -> Iterator[list[Row | Fault]]:
    """A few rows at a time."""
    batch: list[Row | Fault] = []
    for row in rows:
        batch.append(row)
        if len(batch) == ROWS_A_UNIT:
            yield batch
            batch = []
    if batch:
        yield batch


def _column(problem: Problem) -> str:
    at = problem.at or ""
    return next((column for place, column in COLUMN_OF.items() if at.startswith(place)), "")
