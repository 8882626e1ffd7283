"""A recipient's public keys as one file: which to seal to, which countersign. One fingerprint names them all. Pure."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from yumen.gateway.envelope.layout import Profile, Suite, Word
from yumen.gateway.envelope.suites import UnfitKey, key_id, read_key

BUNDLE_BYTES_MAX: Final = 8192


class Use(StrEnum):
    """A key pair does one thing."""

    SEAL = "seal"
    SIGN = "sign"


class BundleKey(Struct, frozen=True, forbid_unknown_fields=True):
    """One public key, SubjectPublicKeyInfo as DER."""

    key: Annotated[bytes, Meta(max_length=128)]
    suite: Suite
    use: Use


class Bundle(Struct, frozen=True, forbid_unknown_fields=True):
    """The file that `yumen-receiver keys` writes."""

    keys: Annotated[tuple[BundleKey, ...], Meta(min_length=2, max_length=4)]
    recipient: Word
    version: Literal[1]

    def key(self, suite: Suite, use: Use) -> bytes:
        """The one key of that suite and use. Raises KeyError."""
        for one in self.keys:
            if (one.suite, one.use) == (suite, use):
                return one.key
        raise KeyError(suite, use)

    def ids(self, profile: Profile, use: Use) -> list[str]:
        """The key ids of that use, in the order of the profile's suites."""
        return [key_id(suite, self.key(suite, use)) for suite in profile.suites]


def read_bundle(data: bytes, profile: Profile) -> Bundle:
    """A bundle with exactly the keys that the profile needs. Raises UnfitKey with a word that says what is wrong."""
    if len(data) > BUNDLE_BYTES_MAX:
        raise UnfitKey("long")
    try:
        bundle = msgspec.json.decode(data, type=Bundle)
    except msgspec.DecodeError as wrong:
        raise UnfitKey("malformed") from wrong
    if msgspec.json.encode(bundle, order="sorted") != data.rstrip(b"\n"):
        raise UnfitKey("not_canonical")
    wanted = sorted((suite, use) for suite in profile.suites for use in Use)
    if sorted((one.suite, one.use) for one in bundle.keys) != wanted:
        raise UnfitKey("keys_of_profile")
    if len({one.key for one in bundle.keys}) != len(bundle.keys):
        raise UnfitKey("key_twice")
    if any(read_key(one.suite, one.key) != one.key for one in bundle.keys):
        raise UnfitKey("key_form")
    return bundle


def fingerprint(data: bytes) -> bytes:
    """SHA-256 over the canonical bundle, 32 bytes: what the second person compares."""
    return sha256(data.rstrip(b"\n")).digest()


def spoken(text: str) -> str:
    """A fingerprint as people write it (groups, colons, capitals) as plain hex."""
    return "".join(text.split()).replace(":", "").lower()
