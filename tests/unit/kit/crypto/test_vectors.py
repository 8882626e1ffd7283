"""The official examples of GB/T 32905, 32907, 32918 and RFC 8998, read by three implementations."""

import json
from pathlib import Path

import gmssl_pyx
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from yumen.kit.crypto import Aes256Gcm, BadTag, Sm2PrivateKey, Sm2PublicKey, Sm4Gcm, der_of_raw_signature, sm3
from yumen.kit.crypto import der as der_module

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "gmt.json").read_text())


def hexed(section: str, *names: str) -> list[bytes]:
    return [bytes.fromhex(VECTORS[section][name]) for name in names]


@pytest.mark.parametrize("example", VECTORS["sm3"]["examples"])
def test_sm3_gives_the_digests_of_the_standard(example):
    message = bytes.fromhex(example["message"])
    assert sm3(message).hex() == example["digest"]
    assert gmssl_pyx.sm3_hash(message).hex() == example["digest"]


def test_sm4_gives_the_block_of_the_standard():
    key, plain, once = hexed("sm4", "key", "plain", "once")
    assert Cipher(SM4(key), modes.ECB()).encryptor().update(plain) == once


def test_sm4_iterated_a_million_times_gives_the_block_of_the_standard():
    key, block, wanted = hexed("sm4", "key", "plain", "a_million_times")
    step = Cipher(SM4(key), modes.ECB()).encryptor().update
    for _ in range(1_000_000):
        block = step(block)
    assert block == wanted


def test_sm4_gcm_seals_and_opens_the_example_of_rfc_8998():
    key, nonce, aad, plain, cipher, tag = hexed("sm4_gcm", "key", "nonce", "aad", "plain", "cipher", "tag")
    assert Sm4Gcm(key).seal_with(nonce, plain, aad) == cipher + tag
    assert Sm4Gcm(key).open_with(nonce, cipher + tag, aad) == plain
    assert gmssl_pyx.sm4_gcm_encrypt(key, nonce, aad, plain) == (cipher, tag)


def test_aes_256_gcm_seals_and_opens_the_example_of_nist():
    key, nonce, aad, plain, cipher, tag = hexed("aes_256_gcm", "key", "nonce", "aad", "plain", "cipher", "tag")
    assert Aes256Gcm(key).seal_with(nonce, plain, aad) == cipher + tag
    assert Aes256Gcm(key).open_with(nonce, cipher + tag, aad) == plain


def test_sm2_verifies_the_signature_of_the_standard_and_no_other():
    x, y, identity, message, r, s = hexed("sm2_sign", "x", "y", "id", "message", "r", "s")
    public, signature = Sm2PublicKey(b"\4" + x + y), der_of_raw_signature(r + s)
    assert public.verify(message, signature, identity)
    assert not public.verify(message + b" ", signature, identity)
    assert not public.verify(message, signature, b"ALICE123@YAHOO.COM")
    assert gmssl_pyx.sm2_verify(x + y, message, signature, identity)


def test_the_digest_with_z_of_the_standard_is_what_is_signed():
    x, y, digest, r, s = hexed("sm2_sign", "x", "y", "digest_with_z", "r", "s")
    assert gmssl_pyx.sm2_verify_sm3_digest(x + y, digest, der_of_raw_signature(r + s))


def test_sm2_works_out_the_public_key_of_the_standard():
    private, x, y = hexed("sm2_sign", "private", "x", "y")
    assert Sm2PrivateKey(private).public.point == b"\4" + x + y


def test_sm2_decrypts_the_ciphertext_of_the_standard():
    private, plain, x1, y1, c3, c2 = hexed("sm2_encrypt", "private", "plain", "x1", "y1", "c3", "c2")
    octets = [der_module.wrap(der_module.OCTET_STRING, part) for part in (c3, c2)]
    numbers = [der_module.integer(int.from_bytes(part)) for part in (x1, y1)]
    sealed = der_module.wrap(der_module.SEQUENCE, *numbers, *octets)
    assert Sm2PrivateKey(private).decrypt(sealed) == plain
    assert gmssl_pyx.sm2_decrypt(private, sealed) == plain
    with pytest.raises(BadTag):
        Sm2PrivateKey(private).decrypt(sealed[:-1] + bytes([sealed[-1] ^ 1]))
