"""The blind index of a value: what it is normalised to, and the keyed code of that.

The same phone number written in two ways must give one index. The code is HMAC-SM3 cut to 16 bytes, over handler,
field and normalised value: equal values of two handlers or two fields do not betray each other. Without the key,
which the KMS keeps, the index of a guessed phone number cannot be computed.
"""

import re
import unicodedata
from os import urandom
from typing import Final

from yumen.kit.crypto import HmacSm3
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId
from yumen.security.datamap import Field, Kind

NOT_INDEXED: Final = Code("vault.not_indexed", 500)
BAD_PHONE: Final = Code("vault.bad_phone", 422)
BAD_EMAIL: Final = Code("vault.bad_email", 422)

INDEX_BYTES: Final = 16
INDEX_KEY_BYTES: Final = 32
VALUE_CHARS_MAX: Final = 1000

_PHONE_NOISE: Final = re.compile(r"[\s().\-‐‑–]")
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_MAINLAND_MOBILE: Final = re.compile(r"(?:(?:00)?86)?(1[3-9][0-9]{9})")
_EMAIL: Final = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,255}")


def new_index_key() -> bytes:
    """A random key for the index."""
    return urandom(INDEX_KEY_BYTES)


def normalised(kind: Kind, value: str) -> str:
    """Phone: E.164, mainland numbers with or without country code. E-mail: lower case. Names: NFKC, trimmed, folded
    case. Everything else (openid, unionid) verbatim. Raises `vault.bad_phone`, `vault.bad_email`.
    """
    if kind is Kind.PHONE:
        return _phone(value)
    if kind is Kind.EMAIL:
        return _email(value)
    if kind in (Kind.NAME, Kind.NICKNAME):
        return " ".join(unicodedata.normalize("NFKC", value).casefold().split())
    return value


def index_under(key: HmacSm3, handler: HandlerId, field: Field, value: str) -> bytes:
    """16 bytes. Raises `vault.not_indexed` for a field that is not declared searchable."""
    if not field.indexed:
        raise NOT_INDEXED(field=field.address)
    place = f"{handler}/{field.address}/"
    return key(place.encode() + normalised(field.kind, value[:VALUE_CHARS_MAX]).encode())[:INDEX_BYTES]


def _phone(value: str) -> str:
    mainland, digits = _MAINLAND_MOBILE.fullmatch(value), value
    if not mainland:
        digits = _PHONE_NOISE.sub("", unicodedata.normalize("NFKC", value))
        mainland = _MAINLAND_MOBILE.fullmatch(digits)
    if mainland:
        return f"+86{mainland[1]}"
    written = f"+{digits[2:]}" if digits.startswith("00") else digits
    if not _E164.fullmatch(written):
        raise BAD_PHONE()
    return written


def _email(value: str) -> str:
    address = unicodedata.normalize("NFKC", value).strip().lower()
    if not _EMAIL.fullmatch(address):
        raise BAD_EMAIL()
    return address
