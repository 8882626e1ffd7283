"""RSA by libcrypto and by `cryptography` is the same, and libcrypto lets other threads go on."""

import threading
from ctypes import CDLL
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from yumen.kit.crypto import rsa_signing
from yumen.kit.crypto.rsa import signing_by
from yumen.kit.crypto.sm2_engine import libcrypto


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(65_537, 2_048)


@pytest.mark.parametrize("message", [b"", b"\0", "一百元".encode(), bytes(100_000)])
def test_the_signature_is_the_one_that_the_standard_has(key: RSAPrivateKey, message: bytes) -> None:
    expected = key.sign(message, PKCS1v15(), SHA256())
    assert rsa_signing(key)(message) == signing_by(None, key)(message) == expected


def test_a_key_whose_length_is_no_whole_number_of_bytes_signs_too() -> None:
    odd = generate_private_key(65_537, 2_049)
    assert rsa_signing(odd)(b"m") == odd.sign(b"m", PKCS1v15(), SHA256())


def test_libcrypto_signs_here(key: RSAPrivateKey) -> None:
    if libcrypto() is None:
        pytest.skip("no libcrypto 3 on this machine")
    assert rsa_signing(key).__qualname__.startswith("_Signing")


def test_threads_share_a_key(key: RSAPrivateKey) -> None:
    sign, made = rsa_signing(key), dict[bytes, bytes]()

    def each(first: int) -> None:
        for number in range(first, first + 20):
            made[b"%d" % number] = sign(b"%d" % number)

    threads = [threading.Thread(target=each, args=(20 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == {b"%d" % number: key.sign(b"%d" % number, PKCS1v15(), SHA256()) for number in range(80)}


def test_where_libcrypto_refuses_once_the_message_is_signed_all_the_same(key: RSAPrivateKey) -> None:
    library = libcrypto()
    if library is None:
        pytest.skip("no libcrypto 3 on this machine")
    sign = signing_by(Failing(library, after=1), key)  # type: ignore[arg-type]  # asked for its functions only
    assert sign.__qualname__.startswith("_Signing")
    assert sign(b"m") == key.sign(b"m", PKCS1v15(), SHA256())


class Failing:
    """libcrypto whose signatures fail after so many."""

    def __init__(self, library: CDLL, after: int) -> None:
        self._library, self._left = library, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def EVP_DigestSign(self, *arguments: Any) -> int:  # noqa: N802  # its name there
        self._left -= 1
        return int(self._library.EVP_DigestSign(*arguments)) if self._left >= 0 else 0
