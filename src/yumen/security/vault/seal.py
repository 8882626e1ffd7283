"""Seal one personal value for one place, and open it there only. Pure: a key in, bytes out.

A sealed value is suite (1 byte) ‖ key version (2) ‖ nonce (12) ‖ ciphertext ‖ tag (16). Bound to it are its first
three bytes, the subject, and holding and field; so it opens under that person's key, in that column, and nowhere else.
Its length tells the length of the value.
"""

import struct
from typing import Final

from yumen.kit.crypto import BadTag
from yumen.kit.errors import Code
from yumen.security.datamap import Field
from yumen.security.keys import SUITES, SubjectKey, Suite

MALFORMED: Final = Code("vault.malformed", 500)
UNKNOWN_SUITE: Final = Code("vault.unknown_suite", 500)
OTHER_KEY: Final = Code("vault.other_key", 500)
TAMPERED: Final = Code("vault.tampered", 500)
WRONG_CLASS: Final = Code("vault.wrong_class", 500)
TOO_LONG: Final = Code("vault.too_long", 413)

HEAD: Final = struct.Struct(">BH")
BOUND: Final = struct.Struct(">BHq")  # the head, then the subject
OVERHEAD_BYTES: Final = HEAD.size + 12 + 16
PLAIN_BYTES_MAX: Final = 4 * 1024 * 1024


def seal_under(key: SubjectKey, suite: Suite, field: Field, plain: bytes) -> bytes:
    """Seal for that field of the key's subject. Raises `vault.too_long`, `vault.wrong_class`."""
    if len(plain) > PLAIN_BYTES_MAX:
        raise TOO_LONG(bytes_max=PLAIN_BYTES_MAX)
    _require_class(key, field)
    bound = _bound(suite.mark, key, field)
    return bound[: HEAD.size] + key.cipher(suite).seal(plain, bound)


def open_under(key: SubjectKey, field: Field, sealed: bytes) -> bytes:
    """Open what was sealed for that field of the key's subject.

    Raises `vault.malformed` (cut short), `vault.unknown_suite`, `vault.other_key` (another version of the key),
    `vault.wrong_class`, `vault.tampered` (changed, or moved here from another person or field: GCM cannot tell which).
    """
    if len(sealed) < OVERHEAD_BYTES:
        raise MALFORMED(field=field.address)
    _require_class(key, field)
    mark, version = HEAD.unpack_from(sealed)
    suite = SUITES.get(mark)
    if suite is None:
        raise UNKNOWN_SUITE(field=field.address, suite=mark)
    if version != key.version:
        raise OTHER_KEY(field=field.address)
    try:
        return key.cipher(suite).open(sealed[HEAD.size :], _bound(mark, key, field))
    except BadTag:
        raise TAMPERED(field=field.address) from None


def _require_class(key: SubjectKey, field: Field) -> None:
    if key.retention is not field.retention:
        raise WRONG_CLASS(field=field.address)


def _bound(mark: int, key: SubjectKey, field: Field) -> bytes:
    return BOUND.pack(mark, key.version, key.subject) + field.address.encode()
