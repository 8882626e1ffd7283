"""Our own keys in a folder of ours, the bundle that the sender pins, and the sender's bundle that we pin.

A key pair does one thing: open (`seal`) or countersign (`sign`). The file of private keys is for its owner only; who
keeps keys in a hardware module hands `Identity` over from there instead.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from yumen_receiver.layout import PROFILES, SUITES, canonical
from yumen_receiver.refusal import RefusedError

FILE: Final = "keys.json"
USES: Final = ("seal", "sign")
PROFILE_NAMES: Final = {"intl": 1, "sm": 2, "dual": 3}
BUNDLE_MAX: Final = 16_384

KeyName = tuple[str, str]
"""(suite, use)."""


@dataclass(frozen=True, slots=True)
class Generation:
    """The keys that one bundle holds. A dual bundle opens also where one of the two private keys to open is absent."""

    public: Mapping[KeyName, bytes]
    private: Mapping[KeyName, bytes] = field(repr=False)

    def ids(self, suites: tuple[str, ...], use: str) -> tuple[str, ...]:
        return tuple(key_id(suite, self.public[suite, use]) for suite in suites)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are: the recipient's code, the profile agreed on, and our keys, the newest last."""

    recipient: str
    profile: int
    generations: tuple[Generation, ...]

    @property
    def suites(self) -> tuple[str, ...]:
        return PROFILES[self.profile]

    def generation(self, key_ids: tuple[str, ...]) -> Generation | None:
        """The keys that an envelope was sealed to."""
        return next((one for one in self.generations if one.ids(self.suites, "seal") == key_ids), None)

    def bundle(self) -> bytes:
        """Our newest public keys, for the sender."""
        keys = [
            {"key": base64.b64encode(key).decode(), "suite": suite, "use": use}
            for (suite, use), key in sorted(self.generations[-1].public.items())
        ]
        return canonical({"keys": keys, "recipient": self.recipient, "version": 1})


def new_generation(profile: int) -> Generation:
    """Fresh key pairs for a profile."""
    private = {(suite, use): SUITES[suite].new_private() for suite in PROFILES[profile] for use in USES}
    return Generation({name: SUITES[name[0]].public_of(key) for name, key in private.items()}, private)


def key_id(suite: str, key: bytes) -> str:
    """The first 16 hex digits of SHA-256 (intl) or SM3 (sm) over the DER."""
    return str(SUITES[suite].digest(key).hex()[:16])


def fingerprint(bundle: bytes) -> str:
    """SHA-256 over a bundle, in hex: what people compare by another way."""
    return sha256(bundle.rstrip(b"\n")).hexdigest()


def is_fingerprint(bundle: bytes, told: str) -> bool:
    plain = "".join(told.split()).replace(":", "").lower()
    return hmac.compare_digest(fingerprint(bundle).encode(), plain.encode("utf-8", "surrogatepass"))


def save(folder: Path, identity: Identity) -> None:
    """Write the private keys, for the owner only; whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    body = {
        "recipient": identity.recipient,
        "profile": identity.profile,
        "generations": [
            {
                "public": {"/".join(name): key.hex() for name, key in one.public.items()},
                "private": {"/".join(name): key.hex() for name, key in one.private.items()},
            }
            for one in identity.generations
        ],
    }
    part = folder / f"{FILE}.part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(body, out)
        out.flush()
        os.fsync(out.fileno())
    part.rename(folder / FILE)


def load(folder: Path) -> Identity:
    """Raises OSError."""
    body = json.loads((folder / FILE).read_text())
    generations = tuple(Generation(_named(one["public"]), _named(one["private"])) for one in body["generations"])
    return Identity(body["recipient"], body["profile"], generations)


@dataclass(frozen=True, slots=True)
class SenderBundle:
    """The sender's name, its signing keys by suite, and the newest line of its trail's list of signers."""

    sender: str
    keys: Mapping[str, bytes]
    trail: bytes


def read_sender(data: bytes, profile: int) -> SenderBundle:
    """Raises RefusedError `bundle.unfit` when a key that the profile needs is not there."""
    try:
        body: Any = json.loads(data[: BUNDLE_MAX + 1])
        canonically = canonical(body) == data.rstrip(b"\n") and body.keys() == {"keys", "sender", "trail", "version"}
        keys = {str(one["suite"]): base64.b64decode(one["key"], validate=True) for one in body["keys"]}
        bundle = SenderBundle(str(body["sender"]), keys, base64.b64decode(body["trail"], validate=True))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as wrong:
        raise RefusedError("bundle.unfit") from wrong
    if (
        not canonically
        or body["version"] != 1
        or not all(suite in keys and SUITES[suite].is_public(keys[suite]) for suite in PROFILES[profile])
    ):
        raise RefusedError("bundle.unfit")
    return bundle


def _named(loose: Mapping[str, str]) -> dict[KeyName, bytes]:
    found: dict[KeyName, bytes] = {}
    for name, text in loose.items():
        suite, _, use = name.partition("/")
        found[suite, use] = bytes.fromhex(text)
    return found
