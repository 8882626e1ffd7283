"""An envelope in bytes: opened by the receiver's own reader, named as the next one will name it."""

import pytest

from yumen.gateway.envelope import CONTENT_BYTES_MAX, Profile
from yumen.gateway.envelope.layout import BadLayout, Header
from yumen.gateway.envelope.pack import identity_of, pack
from yumen.gateway.envelope.suites import key_id, new_scalar, pen_of
from yumen_receiver import intl, sm
from yumen_receiver.layout import take_apart

THEIRS = {"intl": intl, "sm": sm}


def packed(profile: Profile, content: bytes, gzip: bool = True):
    private = {suite: THEIRS[suite].new_private() for suite in profile.suites}
    keys = {suite: THEIRS[suite].public_of(private[suite]) for suite in profile.suites}
    pens = {suite: pen_of(suite, new_scalar(suite)) for suite in profile.suites}
    header = Header(
        content_type="application/json",
        gzip=gzip,
        introduces=[],
        previous=None,
        recipient="hq-crm",
        recipient_keys=[key_id(suite, keys[suite]) for suite in profile.suites],
        sealed_at="2026-11-25T08:00:00.000Z",
        sender="shop.example.cn/trail/h1",
        sender_keys=[key_id(suite, pens[suite].key) for suite in profile.suites],
        sequence=1,
        trail=None,
    )
    return private, pack(profile, header, content, keys, pens)


@pytest.mark.parametrize("profile", list(Profile))
def test_the_receiver_reads_what_was_packed(profile: Profile) -> None:
    private, made = packed(profile, b"content", gzip=False)
    parts = take_apart(made.data)
    assert parts.identity == made.identity == identity_of(profile, parts.unsigned)
    assert sm.digest(parts.unsigned) == made.sm3
    for suite in profile.suites:
        assert THEIRS[suite].unseal(private[suite], *parts.sealed[suite], parts.prologue) == b"content"


def test_a_content_shrinks_on_its_way() -> None:
    _, made = packed(Profile.INTL, b'{"nickname":"x"}' * 1000)
    assert len(made.data) < 2_000


def test_a_content_without_bounds_is_not_packed() -> None:
    with pytest.raises(BadLayout, match="content_long"):
        packed(Profile.INTL, b"x" * (CONTENT_BYTES_MAX + 1))
