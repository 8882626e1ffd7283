"""What we sign is what the stranger's code accepts."""

from datetime import UTC, datetime

import pytest

from yumen.kit.crypto import Sm2PrivateKey
from yumen.security.trail import KeySigner
from yumen.security.trail.note import TreeHead, check_origin, key_id, key_line, point_of, read_head, sign_head
from yumen_verifier.note import read_checkpoint, read_keys

AT = datetime(2026, 11, 25, 8, 0, 0, 123_000, UTC)
ORIGIN = "shop.example.cn/trail"


def signer() -> KeySigner:
    return KeySigner(Sm2PrivateKey.generate())


def test_a_checkpoint_has_the_lines_of_the_specification() -> None:
    note = sign_head(TreeHead(ORIGIN, 42, bytes(32)), AT, signer()).decode()
    assert note.split("\n")[:5] == [ORIGIN, "42", "A" * 43 + "=", "time 2026-11-25T08:00:00.123Z", ""]
    assert note.split("\n")[5].startswith(f"— {ORIGIN} ")
    assert note.endswith("\n")


def test_what_we_sign_is_believed_by_the_verifier_and_read_back_by_us() -> None:
    old, new = signer(), signer()
    first = key_line([], ORIGIN, 0, AT, old, old)
    second = key_line([first], ORIGIN, 42, AT, old, new)
    keys = read_keys(first + b"\n" + second + b"\n")
    assert [key.point for key in keys] == [old.point, new.point] == [point_of(first), point_of(second)]
    assert [key.id for key in keys] == [key_id(ORIGIN, old.point), key_id(ORIGIN, new.point)]
    head = TreeHead(ORIGIN, 43, b"r" * 32)
    note = sign_head(head, AT, new)
    assert read_checkpoint(note).trust(keys) is None
    assert read_head(note) == head
    assert read_checkpoint(sign_head(head, AT, old)).trust(keys) == "checkpoint.retired_key"


@pytest.mark.parametrize("note", [b"", b"a\n1\n", b"a\nx\nAA==\n", b"\xff"])
def test_what_is_no_checkpoint_is_a_value_error(note: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  several kinds of it
        read_head(note)


def test_an_origin_is_a_lower_case_url_without_scheme() -> None:
    assert check_origin(ORIGIN) == ORIGIN
    for origin in ("", "ab", "https://shop.example.cn", "a b c", "Shop.example.cn", "a+b.cn", "x" * 201):
        with pytest.raises(ValueError, match="origin"):
            check_origin(origin)
