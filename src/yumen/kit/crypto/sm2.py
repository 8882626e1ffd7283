"""SM2 keys (GB/T 32918): sign, verify, encrypt, decrypt, and how keys are written down.

Signatures are DER SEQUENCE(r, s) over SM3(Z ‖ message), Z binding the signer's id (default of GM/T 0009); ciphertexts
are DER C1C3C2 (GM/T 0009). `raw_of_der_signature` and `der_of_raw_signature` convert to r ‖ s and back.
"""

from typing import Self

from yumen.kit.crypto import der
from yumen.kit.crypto.sm2_engine import engine
from yumen.kit.crypto.sm2_library import BadKey, PrivateHandle, PublicHandle

DEFAULT_ID = b"1234567812345678"
PLAIN_BYTES_MAX = 255  # what every implementation takes; longer texts are sealed with SM4
CIPHER_BYTES_MAX = 512
ID_BYTES_MAX = 8191  # Z counts its bits in 16 bits

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123


class Sm2PublicKey:
    """A point of the curve SM2."""

    __slots__ = ("_handle", "point")

    def __init__(self, point: bytes) -> None:
        """`point` is 04 ‖ x ‖ y. Raises BadKey when it is not on the curve."""
        if not on_curve(point):
            raise BadKey("not a point of the curve SM2")
        self.point = point
        self._handle: PublicHandle = engine().public(point)

    @classmethod
    def load(cls, text_or_der: bytes | str) -> Self:
        """From SubjectPublicKeyInfo, DER or PEM. Raises BadEncoding, BadKey."""
        return cls(der.read_spki(der.der_of(text_or_der, "PUBLIC KEY")))

    def der(self) -> bytes:
        """SubjectPublicKeyInfo."""
        return der.spki(self.point)

    def pem(self) -> str:
        """SubjectPublicKeyInfo as PEM."""
        return der.pem("PUBLIC KEY", self.der())

    def verify(self, message: bytes, signature: bytes, identity: bytes = DEFAULT_ID) -> bool:
        """Is `signature` (DER) this key's over `message`? Anything malformed is just False."""
        try:
            der.raw_of_der_signature(signature)
        except der.BadEncoding:
            return False
        return self._handle.verify(message, signature, _checked(identity))

    def encrypt(self, plain: bytes) -> bytes:
        """DER C1C3C2 of 1 to 255 bytes. Raises ValueError beyond."""
        if not 1 <= len(plain) <= PLAIN_BYTES_MAX:
            raise ValueError(f"SM2 encrypts 1 to {PLAIN_BYTES_MAX} bytes, not {len(plain)}")
        return self._handle.encrypt(plain)


class Sm2PrivateKey:
    """A private key with its point."""

    __slots__ = ("_handle", "public", "scalar")

    def __init__(self, scalar: bytes, point: bytes | None = None) -> None:
        """32 bytes, and 04 ‖ x ‖ y to be compared with it. Raises BadKey when out of range or not a pair."""
        if len(scalar) != der.SCALAR_BYTES or not 1 <= int.from_bytes(scalar, "big") <= N - 2:
            raise BadKey("a private key is a number from 1 to n-2")
        self.scalar = scalar
        self._handle: PrivateHandle = engine().private(scalar, point)
        self.public = Sm2PublicKey(self._handle.point)
        if point is not None and point != self.public.point:
            raise BadKey("private and public key are not a pair")

    def __repr__(self) -> str:
        """Never the scalar."""
        return f"Sm2PrivateKey(public={self.public.point.hex()})"

    @classmethod
    def generate(cls) -> Self:
        """A new random key."""
        return cls(*engine().generate())

    @classmethod
    def load(cls, text_or_der: bytes | str) -> Self:
        """From ECPrivateKey (SEC1) or PrivateKeyInfo (PKCS#8), DER or PEM. Raises BadEncoding, BadKey."""
        return cls(*der.read_private(der.der_of(text_or_der, "PRIVATE KEY", "EC PRIVATE KEY", "SM2 PRIVATE KEY")))

    def der(self) -> bytes:
        """PrivateKeyInfo (PKCS#8), not encrypted."""
        return der.pkcs8(self.scalar, self.public.point)

    def pem(self) -> str:
        """PrivateKeyInfo as PEM, not encrypted."""
        return der.pem("PRIVATE KEY", self.der())

    def sec1(self) -> bytes:
        """ECPrivateKey (SEC1) with named curve and point."""
        return der.sec1(self.scalar, self.public.point)

    def sign(self, message: bytes, identity: bytes = DEFAULT_ID) -> bytes:
        """DER SEQUENCE(r, s)."""
        return self._handle.sign(message, _checked(identity))

    def decrypt(self, sealed: bytes) -> bytes:
        """Open DER C1C3C2. Raises BadTag when it was not encrypted to this key or was changed."""
        return self._handle.decrypt(sealed[: CIPHER_BYTES_MAX + 1])


def on_curve(point: bytes) -> bool:
    """Is 04 ‖ x ‖ y a point of y² = x³ + ax + b over the field of SM2?"""
    if len(point) != der.POINT_BYTES or point[0] != 4:
        return False
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    return x < P and y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def _checked(identity: bytes) -> bytes:
    if not 1 <= len(identity) <= ID_BYTES_MAX:
        raise ValueError(f"a signer's id has 1 to {ID_BYTES_MAX} bytes, not {len(identity)}")
    return identity
