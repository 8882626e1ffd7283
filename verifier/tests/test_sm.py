"""SM3 by both libraries, SM2 by one, against the standards' own examples."""

import gmssl_pyx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen_verifier import sm

# GB/T 32905-2016, A.1 and A.2
VECTORS = {
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}


@pytest.mark.parametrize(("message", "digest"), VECTORS.items())
def test_sm3_is_that_of_the_standard(message: bytes, digest: str) -> None:
    for state in (sm._hashlib_state(), None):
        assert sm.hashers(state)[0]([message])[0].hex() == digest


@given(st.binary(max_size=300))
def test_both_libraries_agree_on_leaves_and_nodes(data: bytes) -> None:
    for one, other in zip(sm.hashers(sm._hashlib_state()), sm.hashers(None), strict=True):
        assert one([data, b""]) == other([data, b""])


def test_a_signature_is_accepted_only_whole() -> None:
    public, private = gmssl_pyx.sm2_key_generate()
    good = gmssl_pyx.sm2_sign(private, public, b"message")
    assert sm.signed_by(public, b"message", good)
    assert not sm.signed_by(public, b"another", good)
    for bad in (b"", good[:-1], good + b"\x00", b"\x30" + good, bytes(70), good[:1] + b"\x00" + good[2:]):
        assert not sm.signed_by(public, b"message", bad)
    assert not sm.signed_by(bytes(64), b"message", good)
    assert not sm.signed_by(public[:63], b"message", good)
