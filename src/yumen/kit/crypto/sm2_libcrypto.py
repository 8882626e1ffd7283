"""SM2 by OpenSSL's libcrypto 3 through ctypes: every call typed, every context freed, the error queue left empty.

Calls release the interpreter lock. A handle may be used by several threads at once: contexts are made per call.
"""

import ctypes
import weakref
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_uint, c_void_p, create_string_buffer

from yumen.kit.crypto import der
from yumen.kit.crypto.aead import BadTag
from yumen.kit.crypto.sm2_library import BadKey, EngineReport, Sm2Unavailable, is_fixed

SIGNATURE_BYTES_MAX = 80
SPKI_HEAD = len(der.spki(bytes(der.POINT_BYTES))) - der.POINT_BYTES

SIGNATURES: dict[str, tuple[type | None, tuple[type, ...]]] = {
    "OPENSSL_version_major": (c_uint, ()),
    "OPENSSL_version_minor": (c_uint, ()),
    "OPENSSL_version_patch": (c_uint, ()),
    "ERR_clear_error": (None, ()),
    "EVP_sm3": (c_void_p, ()),
    "EVP_sha256": (c_void_p, ()),
    "EVP_PKEY_Q_keygen": (c_void_p, (c_void_p, c_char_p, c_char_p)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "d2i_PUBKEY": (c_void_p, (c_void_p, POINTER(c_void_p), c_long)),
    "d2i_AutoPrivateKey": (c_void_p, (c_void_p, POINTER(c_void_p), c_long)),
    "i2d_PUBKEY": (c_int, (c_void_p, POINTER(c_void_p))),
    "i2d_PrivateKey": (c_int, (c_void_p, POINTER(c_void_p))),
    "EVP_PKEY_is_a": (c_int, (c_void_p, c_char_p)),
    "EVP_PKEY_CTX_new": (c_void_p, (c_void_p, c_void_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_set1_id": (c_int, (c_void_p, c_char_p, c_int)),
    "EVP_MD_CTX_new": (c_void_p, ()),
    "EVP_MD_CTX_free": (None, (c_void_p,)),
    "EVP_MD_CTX_set_pkey_ctx": (None, (c_void_p, c_void_p)),
    "EVP_DigestSignInit": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)),
    "EVP_DigestSign": (c_int, (c_void_p, c_void_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_DigestVerifyInit": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)),
    "EVP_DigestVerify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "EVP_PKEY_encrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_encrypt": (c_int, (c_void_p, c_void_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_PKEY_decrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_decrypt": (c_int, (c_void_p, c_void_p, POINTER(c_size_t), c_char_p, c_size_t)),
}


class _Key:
    """An EVP_PKEY of type SM2, freed with its handle."""

    __slots__ = ("__weakref__", "lib", "pkey")

    def __init__(self, lib: ctypes.CDLL, pkey: int | None) -> None:
        if not pkey:
            lib.ERR_clear_error()
            raise BadKey("libcrypto refuses this key")
        self.lib, self.pkey = lib, pkey
        weakref.finalize(self, lib.EVP_PKEY_free, pkey)
        if lib.EVP_PKEY_is_a(pkey, b"SM2") != 1:
            raise BadKey("libcrypto does not take this for an SM2 key")

    def digest(self, identity: bytes) -> "_Digest":
        return _Digest(self, identity)

    def crypt(self, verb: str, data: bytes, size_max: int) -> bytes | None:
        """Run EVP_PKEY_<verb>; None when libcrypto refuses."""
        lib, out, size = self.lib, create_string_buffer(size_max), c_size_t(size_max)
        context = lib.EVP_PKEY_CTX_new(self.pkey, None)
        try:
            done = (
                getattr(lib, f"EVP_PKEY_{verb}_init")(context) == 1
                and getattr(lib, f"EVP_PKEY_{verb}")(context, out, byref(size), data, len(data)) == 1
            )
        finally:
            lib.EVP_PKEY_CTX_free(context)
            lib.ERR_clear_error()
        return out.raw[: size.value] if done else None


class _Digest:
    """The pair of contexts of one signature: the signer's id must be set before the digest starts."""

    __slots__ = ("context", "identity", "inner", "key")

    def __init__(self, key: _Key, identity: bytes) -> None:
        self.key, self.identity = key, identity

    def __enter__(self) -> int:
        lib = self.key.lib
        self.context, self.inner = lib.EVP_MD_CTX_new(), lib.EVP_PKEY_CTX_new(self.key.pkey, None)
        lib.EVP_PKEY_CTX_set1_id(self.inner, self.identity, len(self.identity))
        lib.EVP_MD_CTX_set_pkey_ctx(self.context, self.inner)
        return int(self.context)

    def __exit__(self, *_: object) -> None:
        self.key.lib.EVP_MD_CTX_free(self.context)
        self.key.lib.EVP_PKEY_CTX_free(self.inner)
        self.key.lib.ERR_clear_error()


class Public(_Key):
    """A public key."""

    __slots__ = ()

    def verify(self, message: bytes, signature: bytes, identity: bytes) -> bool:
        """True only for a good signature; refusals of every kind are False."""
        with self.digest(identity) as context:
            good: bool = (
                self.lib.EVP_DigestVerifyInit(context, None, self.lib.EVP_sm3(), None, self.pkey) == 1
                and self.lib.EVP_DigestVerify(context, signature, len(signature), message, len(message)) == 1
            )
        return good

    def encrypt(self, plain: bytes) -> bytes:
        """DER C1C3C2."""
        sealed = self.crypt("encrypt", plain, len(plain) + 256)
        if sealed is None:
            raise Sm2Unavailable
        return sealed


class Private(_Key):
    """A private key."""

    __slots__ = ()

    @property
    def point(self) -> bytes:
        """04 ‖ x ‖ y, worked out by libcrypto."""
        return _write(self.lib.i2d_PUBKEY, self.pkey)[SPKI_HEAD:]

    def sign(self, message: bytes, identity: bytes) -> bytes:
        """DER SEQUENCE(r, s)."""
        out, size = create_string_buffer(SIGNATURE_BYTES_MAX), c_size_t(SIGNATURE_BYTES_MAX)
        with self.digest(identity) as context:
            done = (
                self.lib.EVP_DigestSignInit(context, None, self.lib.EVP_sm3(), None, self.pkey) == 1
                and self.lib.EVP_DigestSign(context, out, byref(size), message, len(message)) == 1
            )
        if not done:
            raise Sm2Unavailable
        return out.raw[: size.value]

    def decrypt(self, sealed: bytes) -> bytes:
        """Plaintext. Raises BadTag. The buffer is as long as the input: libcrypto's size estimate was once wrong."""
        plain = self.crypt("decrypt", sealed, max(len(sealed), 1))
        if plain is None:
            raise BadTag
        return plain


class Libcrypto:
    """The engine."""

    def __init__(self, lib: ctypes.CDLL, name: str) -> None:
        """Types every call of `lib`. Raises AttributeError when one is missing (OpenSSL 1.1, LibreSSL)."""
        for function, (result, arguments) in SIGNATURES.items():
            call = getattr(lib, function)
            call.restype, call.argtypes = result, arguments
        version = (lib.OPENSSL_version_major(), lib.OPENSSL_version_minor(), lib.OPENSSL_version_patch())
        self.lib = lib
        self.report = EngineReport(name, ".".join(map(str, version)), is_fixed(*version))

    def generate(self) -> tuple[bytes, bytes | None]:
        """A new (scalar, point)."""
        key = _Key(self.lib, self.lib.EVP_PKEY_Q_keygen(None, None, b"SM2"))
        return der.read_private(_write(self.lib.i2d_PrivateKey, key.pkey))

    def public(self, point: bytes) -> Public:
        """Load 04 ‖ x ‖ y."""
        return Public(self.lib, _read(self.lib.d2i_PUBKEY, der.spki(point)))

    def private(self, scalar: bytes, point: bytes | None) -> Private:
        """Load a scalar; libcrypto works out the point itself, so a foreign one cannot slip in."""
        return Private(self.lib, _read(self.lib.d2i_AutoPrivateKey, der.sec1(scalar, None)))


def load(name: str) -> Libcrypto | None:
    """The engine over this library, or None when it is absent or too old."""
    try:
        return Libcrypto(ctypes.CDLL(name), name)
    except (OSError, AttributeError):
        return None


def _read(decode: "ctypes._NamedFuncPointer", data: bytes) -> int | None:
    buffer = ctypes.create_string_buffer(data, len(data))
    at = c_void_p(ctypes.addressof(buffer))
    found: int | None = decode(None, byref(at), len(data))
    return found


def _write(encode: "ctypes._NamedFuncPointer", pkey: int) -> bytes:
    size = encode(pkey, None)
    if size <= 0:
        raise BadKey("libcrypto cannot write this key")
    buffer = create_string_buffer(size)
    encode(pkey, byref(c_void_p(ctypes.addressof(buffer))))
    return buffer.raw
