"""What is sealed opens with the same key, nonce and associated data only, and after no change at all."""

import gmssl_pyx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.crypto.aead import (
    NONCE_BYTES,
    OVERHEAD_BYTES,
    TAG_BYTES,
    Aes256Gcm,
    BadTag,
    Sm4Gcm,
    aes_gcm_open,
    aes_gcm_seal,
    sm4_gcm_open,
    sm4_gcm_seal,
)

CIPHERS = [Sm4Gcm(bytes(range(16))), Aes256Gcm(bytes(range(32)))]
each_cipher = pytest.mark.parametrize("cipher", CIPHERS, ids=["sm4", "aes"])


@each_cipher
@given(plain=st.binary(max_size=500), aad=st.binary(max_size=100))
def test_what_is_sealed_opens(cipher, plain, aad):
    sealed = cipher.seal(plain, aad)
    assert len(sealed) == len(plain) + OVERHEAD_BYTES
    assert cipher.open(sealed, aad) == plain


@each_cipher
def test_every_changed_bit_is_refused(cipher):
    sealed = cipher.seal(b"+8613800138000", b"aad")
    for place in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(BadTag):
            cipher.open(bytes(changed), b"aad")


@each_cipher
def test_every_shorter_text_is_refused(cipher):
    sealed = cipher.seal(b"text", b"")
    for size in range(len(sealed)):
        with pytest.raises(BadTag):
            cipher.open(sealed[:size], b"")


@each_cipher
def test_other_associated_data_is_refused(cipher):
    with pytest.raises(BadTag):
        cipher.open(cipher.seal(b"text", b"here"), b"there")


@each_cipher
def test_the_same_text_is_never_sealed_the_same(cipher):
    assert len({cipher.seal(b"text", b"") for _ in range(100)}) == 100


def test_a_key_of_the_wrong_length_is_refused():
    for make, size in ((Sm4Gcm, 32), (Sm4Gcm, 15), (Aes256Gcm, 16)):
        with pytest.raises(ValueError, match="bytes, not"):
            make(bytes(size))


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=1, max_size=300), st.binary(max_size=50))
def test_another_library_opens_what_sm4_gcm_sealed(key, plain, aad):
    sealed = sm4_gcm_seal(key, plain, aad)
    nonce, cipher, tag = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:-TAG_BYTES], sealed[-TAG_BYTES:]
    assert gmssl_pyx.sm4_gcm_decrypt(key, nonce, aad, cipher, tag) == plain
    assert sm4_gcm_open(key, sealed, aad) == plain


def test_the_one_shot_functions_are_the_same_cipher():
    assert CIPHERS[1].open(aes_gcm_seal(bytes(range(32)), b"text", b"a"), b"a") == b"text"
    assert aes_gcm_open(bytes(range(32)), CIPHERS[1].seal(b"text", b"a"), b"a") == b"text"


def test_a_nonce_of_the_wrong_length_is_refused():
    with pytest.raises(BadTag):
        CIPHERS[0].open_with(b"short", bytes(32), b"")
