"""Authenticated encryption of short messages: SM4-GCM (RFC 8998) and AES-256-GCM.

`seal` gives nonce ‖ ciphertext ‖ tag with a random 12-byte nonce; `seal_with` and `open_with` take the nonce from the
caller, for protocols that carry it apart. A random nonce bears about 2^32 messages under one key; keys here are per
subject, so that bound is far. `cryptography` has no one-shot class for SM4-GCM: the Cipher is built per message, and
opening hands out nothing before the tag was checked.
"""

from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

NONCE_BYTES = 12
TAG_BYTES = 16
OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES
SM4_KEY_BYTES = 16
AES_256_KEY_BYTES = 32


class BadTag(Exception):
    """The text was changed, or the key, nonce or associated data are not those it was sealed with."""


class Sm4Gcm:
    """SM4-GCM under one 16-byte key. Keep the object: it holds the key schedule's input ready."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        """Raises ValueError when the key is not 16 bytes."""
        if len(key) != SM4_KEY_BYTES:
            raise ValueError(f"an SM4 key has {SM4_KEY_BYTES} bytes, not {len(key)}")
        self._key = SM4(key)

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """nonce ‖ ciphertext ‖ tag."""
        nonce = urandom(NONCE_BYTES)
        return nonce + self.seal_with(nonce, plain, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """The plaintext. Raises BadTag."""
        return self.open_with(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)

    def seal_with(self, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
        """ciphertext ‖ tag under a nonce that the caller never uses twice with this key."""
        sealer = Cipher(self._key, GCM(nonce)).encryptor()
        sealer.authenticate_additional_data(aad)
        text = sealer.update(plain)
        sealer.finalize()  # nothing is left over: this makes the tag
        return text + sealer.tag

    def open_with(self, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        """Open ciphertext ‖ tag. Raises BadTag, also for what is too short to be a sealed text."""
        if len(nonce) != NONCE_BYTES or len(sealed) < TAG_BYTES:
            raise BadTag
        opener = Cipher(self._key, GCM(nonce)).decryptor()
        opener.authenticate_additional_data(aad)
        plain = opener.update(sealed[:-TAG_BYTES])
        try:
            opener.finalize_with_tag(sealed[-TAG_BYTES:])  # nothing is left over: this checks the tag
        except InvalidTag:
            raise BadTag from None
        return plain


class Aes256Gcm:
    """AES-256-GCM under one 32-byte key, with the same shape as `Sm4Gcm`."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        """Raises ValueError when the key is not 32 bytes."""
        if len(key) != AES_256_KEY_BYTES:
            raise ValueError(f"an AES-256 key has {AES_256_KEY_BYTES} bytes, not {len(key)}")
        self._key = AESGCM(key)

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """nonce ‖ ciphertext ‖ tag."""
        nonce = urandom(NONCE_BYTES)
        return nonce + self._key.encrypt(nonce, plain, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """The plaintext. Raises BadTag."""
        return self.open_with(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)

    def seal_with(self, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
        """ciphertext ‖ tag under a nonce that the caller never uses twice with this key."""
        return self._key.encrypt(nonce, plain, aad)

    def open_with(self, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        """Open ciphertext ‖ tag. Raises BadTag, also for what is too short to be a sealed text."""
        if len(nonce) != NONCE_BYTES or len(sealed) < TAG_BYTES:
            raise BadTag
        try:
            return self._key.decrypt(nonce, sealed, aad)
        except InvalidTag:
            raise BadTag from None


def sm4_gcm_seal(key: bytes, plain: bytes, aad: bytes = b"") -> bytes:
    """Seal once under a 16-byte key: nonce ‖ ciphertext ‖ tag."""
    return Sm4Gcm(key).seal(plain, aad)


def sm4_gcm_open(key: bytes, sealed: bytes, aad: bytes = b"") -> bytes:
    """Open nonce ‖ ciphertext ‖ tag. Raises BadTag."""
    return Sm4Gcm(key).open(sealed, aad)


def aes_gcm_seal(key: bytes, plain: bytes, aad: bytes = b"") -> bytes:
    """Seal once under a 32-byte key: nonce ‖ ciphertext ‖ tag."""
    return Aes256Gcm(key).seal(plain, aad)


def aes_gcm_open(key: bytes, sealed: bytes, aad: bytes = b"") -> bytes:
    """Open nonce ‖ ciphertext ‖ tag. Raises BadTag."""
    return Aes256Gcm(key).open(sealed, aad)
