"""The personal fields of orders: who gets the parcel and where, what a claim tells, what an invoice names."""

from __future__ import annotations

from typing import Final

from yumen.security.datamap import Basis, Field, Kind, Purpose, RetentionClass, Sensitivity


def _of_order(holding: str, name: str, kind: Kind, *, indexed: bool = False, column: str = "") -> Field:
    """Needed to carry the contract out, and kept as long as law keeps orders (E-Commerce Law art. 31).

    `column`: what lies open there; else it lies sealed under its name.
    """
    sealed = (f"{holding}.{name}_sealed", f"{holding}.{name}_index") if indexed else (f"{holding}.{name}_sealed",)
    columns = (f"{holding}.{column}",) if column else sealed
    return Field(
        holding=holding,
        name=name,
        kind=kind,
        sensitivity=Sensitivity.GENERAL,
        purpose=Purpose.SALE,
        basis=Basis.CONTRACT,
        retention=RetentionClass.TRANSACTION,
        columns=columns,
        indexed=indexed,
    )


def _of_book(name: str, kind: Kind) -> Field:
    """The address book saves typing: part of the membership, and gone with it."""
    return Field(
        holding="orders.address",
        name=name,
        kind=kind,
        sensitivity=Sensitivity.GENERAL,
        purpose=Purpose.MEMBERSHIP,
        basis=Basis.CONTRACT,
        retention=RetentionClass.MEMBERSHIP,
        columns=(f"orders.address.{name}_sealed",),
    )


RECIPIENT: Final = _of_order("orders.purchase", "recipient", Kind.NAME, indexed=True)
PHONE: Final = _of_order("orders.purchase", "phone", Kind.PHONE, indexed=True)
ADDRESS: Final = _of_order("orders.purchase", "address", Kind.ADDRESS)


# what the record of orders tells of a person, added up
TIMES: Final = _of_order("orders.purchase", "times", Kind.PURCHASES, column="state")
SPENT: Final = _of_order("orders.purchase", "spent_fen", Kind.SPENDING, column="paid_fen")
LAST_ON: Final = _of_order("orders.purchase", "last_on", Kind.PURCHASE_DAY, column="paid_at")

STORY: Final = _of_order("orders.claim", "story", Kind.ANSWER)
PICTURE: Final = _of_order("orders.evidence", "picture", Kind.ANSWER)

INVOICE_TITLE: Final = _of_order("orders.invoice", "title", Kind.NAME)
TAX_NUMBER: Final = _of_order("orders.invoice", "tax_number", Kind.ANSWER)
INVOICE_EMAIL: Final = _of_order("orders.invoice", "email", Kind.EMAIL)

BOOK_RECIPIENT: Final = _of_book("recipient", Kind.NAME)
BOOK_PHONE: Final = _of_book("phone", Kind.PHONE)
BOOK_ADDRESS: Final = _of_book("address", Kind.ADDRESS)
