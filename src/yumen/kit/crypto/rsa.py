"""RSA signatures (RSASSA-PKCS1-v1_5 with SHA-256) that let other threads go on while they are made.

A signature takes most of a millisecond, and `cryptography` holds the interpreter meanwhile; libcrypto through ctypes
does not. Without a libcrypto 3, or one that signs otherwise, `cryptography` does it.
"""

import ctypes
import weakref
from collections.abc import Callable
from ctypes import byref, c_size_t, create_string_buffer

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from yumen.kit.crypto.sm2_engine import libcrypto

PROBE = b"the same message has one signature"

Sign = Callable[[bytes], bytes]


def rsa_signing(key: RSAPrivateKey) -> Sign:
    """Signs messages under this key."""
    return signing_by(libcrypto(), key)


def signing_by(library: ctypes.CDLL | None, key: RSAPrivateKey) -> Sign:
    """The same by this library, if there is one and it signs a probe as `cryptography` does."""

    def sign(message: bytes) -> bytes:
        return key.sign(message, PKCS1v15(), SHA256())

    if library is None:
        return sign
    aside = _Signing(library, key, sign)
    return aside.sign if aside.by_library(PROBE) == sign(PROBE) else sign


class _Signing:
    """The key as an EVP_PKEY, freed with its handle. Threads may share it: a context is made for each call."""

    def __init__(self, library: ctypes.CDLL, key: RSAPrivateKey, otherwise: Sign) -> None:
        self._library, self._size, self._otherwise = library, (key.key_size + 7) // 8, otherwise
        plain = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        buffer = create_string_buffer(plain, len(plain))
        self._pkey = library.d2i_AutoPrivateKey(None, byref(ctypes.c_void_p(ctypes.addressof(buffer))), len(plain))
        ctypes.memset(buffer, 0, len(plain))
        weakref.finalize(self, library.EVP_PKEY_free, self._pkey)

    def sign(self, message: bytes) -> bytes:
        """By libcrypto; otherwise where that refuses, as it may when memory is short."""
        return self.by_library(message) or self._otherwise(message)

    def by_library(self, message: bytes) -> bytes:
        """Empty when libcrypto refuses."""
        library, out, size = self._library, create_string_buffer(self._size), c_size_t(self._size)
        context = library.EVP_MD_CTX_new()
        try:
            done = (
                library.EVP_DigestSignInit(context, None, library.EVP_sha256(), None, self._pkey) == 1
                and library.EVP_DigestSign(context, out, byref(size), message, len(message)) == 1
            )
        finally:
            library.EVP_MD_CTX_free(context)
            library.ERR_clear_error()
        return out.raw[: size.value] if done else b""
