"""Who gets the parcel and where: checked, masked, and as one sealed text."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import msgspec

from yumen.kit.errors import Code

UNFIT: Final = Code("address.unfit", 422)

_MOBILE: Final = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})")
_FIXED: Final = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(?:-[0-9]{1,6})?")
_POSTCODE: Final = re.compile(r"[0-9]{6}")
NAME_MAX: Final = 40
PART_MAX: Final = 40
STREET_MAX: Final = 200


class Place(msgspec.Struct, frozen=True):
    """Where: 省, 市, 区, 详细地址, 邮编."""

    province: str
    city: str
    district: str
    street: str
    postcode: str = ""

    def __repr__(self) -> str:
        """Never where."""
        return "Place(…)"


class Destination(msgspec.Struct, frozen=True):
    """One recipient at one place."""

    recipient: str
    phone: str
    place: Place

    def __repr__(self) -> str:
        """Never who or where."""
        return "Destination(…)"


def checked(recipient: str, phone: str, place: Place) -> Destination:
    """Trimmed and composed. Raises `address.unfit` with the part that no parcel could be sent to."""
    name = _words("recipient", recipient, NAME_MAX)
    number = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", phone))
    mobile = _MOBILE.fullmatch(number.replace("-", ""))
    if mobile is None and not _FIXED.fullmatch(number):
        raise UNFIT(at="/phone", part="phone")
    if place.postcode and not _POSTCODE.fullmatch(place.postcode):
        raise UNFIT(at="/postcode", part="postcode")
    fit = Place(
        _words("province", place.province, PART_MAX),
        _words("city", place.city, PART_MAX),
        _words("district", place.district, PART_MAX, needed=False),
        _words("street", place.street, STREET_MAX),
        place.postcode,
    )
    return Destination(name, f"+86{mobile[1]}" if mobile else f"+86{number.replace('-', '')[1:]}", fit)


def masked_phone(phone: str) -> str:
    """`189****1234`, as WeChat wants a contact: the last four digits plain, no country code."""
    digits = phone.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}"


def masked_name(name: str) -> str:
    return f"{name[:1]}**"


def packed(place: Place) -> str:
    """As one text, to be sealed."""
    return msgspec.json.encode(place).decode()


def unpacked(text: str) -> Place:
    return msgspec.json.decode(text, type=Place)


def one_line(place: Place) -> str:
    """As it is written on a parcel, the greatest first."""
    parts = (place.province, place.city, place.district, place.street, place.postcode)
    return " ".join(part for part in parts if part)


def _words(part: str, text: str, length_max: int, *, needed: bool = True) -> str:
    told = " ".join(unicodedata.normalize("NFC", text).split())
    hidden = any(unicodedata.category(sign)[0] == "C" for sign in told)
    if hidden or len(told) > length_max or (needed and not told):
        raise UNFIT(at=f"/{part}", part=part)
    return told
