import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given, settings
from hypothesis import strategies as st

from yumen.sandbox.wechatpay.quick_rsa import BITS, E, new_key

KEY = new_key()
OAEP = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)


def test_the_key_is_an_ordinary_one_of_2048_bits_to_everybody_else():
    for key in (KEY, new_key()):
        assert (key.n.bit_length(), key.public().public_numbers().e) == (BITS, E)


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_another_library_verifies_its_signatures(message):
    signature = base64.b64decode(KEY.sign(message))
    KEY.public().verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(InvalidSignature):
        KEY.public().verify(signature, message + b" ", padding.PKCS1v15(), hashes.SHA256())


@settings(deadline=None)
@given(st.binary(max_size=214))
def test_it_opens_what_another_library_sealed_with_oaep(plain):
    assert KEY.open_oaep_sha1(KEY.public().encrypt(plain, OAEP)) == plain


def test_what_was_sealed_for_another_key_stays_shut():
    sealed = new_key().public().encrypt(b"6222021234567890", OAEP)
    assert KEY.open_oaep_sha1(sealed) is None
    assert KEY.open_oaep_sha1(b"short") is None
    assert KEY.open_oaep_sha1(b"\xff" * 256) is None
