"""SM3 and HMAC-SM3: pieces and copies give what the whole gives; gmssl-pyx agrees."""

import gmssl_pyx
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.crypto.digest import DIGEST_BYTES, HmacSm3, Sm3, hmac_sm3, sm3


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_pieces_give_the_digest_of_the_whole(pieces):
    stream = Sm3()
    for piece in pieces:
        stream.update(piece)
    assert stream.digest() == sm3(b"".join(pieces)) == gmssl_pyx.sm3_hash(b"".join(pieces))


def test_asking_for_the_digest_does_not_end_the_stream():
    stream = Sm3(b"ab")
    assert stream.digest() == sm3(b"ab")
    stream.update(b"c")
    assert stream.digest() == sm3(b"abc")


def test_a_copy_goes_its_own_way():
    stem = Sm3(b"\x00")
    left, right = stem.copy(), stem.copy()
    left.update(b"left")
    right.update(b"right")
    assert (left.digest(), right.digest()) == (sm3(b"\x00left"), sm3(b"\x00right"))
    assert stem.digest() == sm3(b"\x00")


@given(st.binary(min_size=1, max_size=64), st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_a_keyed_object_serves_many_messages(key, messages):
    code = HmacSm3(key)
    for message in messages:
        assert code(message) == hmac_sm3(key, message) == gmssl_pyx.sm3_hmac(key, message)
        assert len(code(message)) == DIGEST_BYTES


def test_a_long_key_is_hashed_first():
    assert hmac_sm3(b"k" * 65, b"m") == hmac_sm3(sm3(b"k" * 65), b"m") != hmac_sm3(b"k" * 64, b"m")
