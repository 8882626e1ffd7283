"""Make an envelope: compress, seal in each suite of the profile, sign in each. Pure but for random keys and nonces."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from yumen.gateway.envelope import suites
from yumen.gateway.envelope.layout import (
    CONTENT_BYTES_MAX,
    ENVELOPE,
    BadLayout,
    Header,
    Profile,
    Suite,
    prologue,
    sections,
    signed_text,
)
from yumen.gateway.envelope.suites import Pen
from yumen.kit.crypto import sm3

LEVEL: Final = 6


class Packed(Struct, frozen=True):
    """A finished envelope. `identity` is what the next one names, `sm3` what its leaf in the trail names.

    Both are over all but the signatures.
    """

    data: bytes
    identity: str
    sm3: bytes


def pack(
    profile: Profile, header: Header, content: bytes, keys: Mapping[Suite, bytes], pens: Mapping[Suite, Pen]
) -> Packed:
    """Seal `content` to the recipient's `keys` and sign. Raises BadLayout when something is too long."""
    if len(content) > CONTENT_BYTES_MAX:
        raise BadLayout("content_long")
    plain = gzip.compress(content, LEVEL, mtime=0) if header.gzip else content
    head = prologue(ENVELOPE, profile, header)
    unsigned = head + sections([suites.seal(suite, keys[suite], plain, head) for suite in profile.suites])
    signatures = [pens[suite].sign(signed_text(ENVELOPE, suite, unsigned)) for suite in profile.suites]
    return Packed(unsigned + b"".join(signatures), identity_of(profile, unsigned), sm3(unsigned))


def identity_of(profile: Profile, unsigned: bytes) -> str:
    """`sha256:…`, `sm3:…`, or both joined by `+`, as the profile has it."""
    return "+".join(suites.digest_name(suite, unsigned) for suite in profile.suites)
