"""A receipt is read in its one writing only."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.gateway.envelope.layout import (
    HEADER_BYTES_MAX,
    RECEIPT,
    BadLayout,
    Profile,
    ReceiptBody,
    Sealed,
    Suite,
    prologue,
    read_receipt,
    sections,
    signed_text,
)

BODY = ReceiptBody(
    envelope="sha256:" + "0" * 64,
    received_at="2026-11-25T08:00:00.000Z",
    recipient="hq-crm",
    recipient_keys=["0" * 16],
    sender="shop.example.cn/trail/h1",
    sequence=1,
    trail_size=0,
)


def made(text: bytes, profile: int = 1, version: int = 1, form: bytes = RECEIPT) -> bytes:
    return form + bytes((version, profile)) + len(text).to_bytes(4) + text + b"s" * 64


def test_what_was_written_is_read_back() -> None:
    unsigned = prologue(RECEIPT, Profile.DUAL, BODY)
    profile, body, seen, signatures = read_receipt(unsigned + b"i" * 64 + b"s" * 64)
    assert (profile, body, seen) == (Profile.DUAL, BODY, unsigned)
    assert signatures == {Suite.INTL: b"i" * 64, Suite.SM: b"s" * 64}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "form"),
        (made(b"{}", form=b"YMNE"), "form"),
        (made(b"{}", version=2), "version"),
        (made(b"{}", profile=0), "profile"),
        (made(b"{}", profile=4), "profile"),
        (made(b"{}"), "header"),
        (made(b"\xff"), "header"),
        (made(msgspec.json.encode(BODY, order="sorted") + b" "), "not_canonical"),
        (made(msgspec.json.encode(BODY)[:-1] + b',"sequence":1}'), "not_canonical"),
        (made(msgspec.json.encode(BODY, order="sorted")) + b"!", "length"),
        (RECEIPT + b"\1\1\xff\xff\xff\xff", "length"),
        (b"x" * 5000, "long"),
    ],
)
def test_anything_else_is_refused_and_named(data: bytes, reason: str) -> None:
    with pytest.raises(BadLayout, match=f"^{reason}$"):
        read_receipt(data)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with pytest.raises(BadLayout):
        read_receipt(RECEIPT + data)


def test_sections_carry_their_lengths() -> None:
    assert sections([Sealed(b"w", b"body")]) == b"\0\1w\0\0\0\4body"


def test_a_signature_serves_one_form_and_one_suite() -> None:
    texts = {signed_text(form, suite, b"x") for form in (RECEIPT, b"YMNE") for suite in Suite}
    assert len(texts) == 4


def test_a_header_without_bounds_is_not_written() -> None:
    endless = msgspec.structs.replace(BODY, sender="x" * HEADER_BYTES_MAX)
    with pytest.raises(BadLayout, match="header_long"):
        prologue(RECEIPT, Profile.INTL, endless)


def test_profiles_have_names() -> None:
    assert [Profile.named(name).suites for name in ("intl", "sm", "dual")] == [
        (Suite.INTL,), (Suite.SM,), (Suite.INTL, Suite.SM),
    ]  # fmt: skip
