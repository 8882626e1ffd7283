"""SM2 by gmssl-pyx, for systems whose libcrypto has none. Slower, and it holds the interpreter lock."""

from types import ModuleType

from yumen.kit.crypto.aead import BadTag
from yumen.kit.crypto.sm2_library import BadKey, EngineReport

PAIR_PROBE = b"is this a pair"
PAIR_ID = b"1234567812345678"


class Public:
    """A public key."""

    def __init__(self, lib: ModuleType, point: bytes) -> None:
        self.lib, self.xy = lib, point[1:]

    def verify(self, message: bytes, signature: bytes, identity: bytes) -> bool:
        """True only for a good signature."""
        try:
            return bool(self.lib.sm2_verify(self.xy, message, signature, identity))
        except self.lib.GmsslInnerError:
            return False

    def encrypt(self, plain: bytes) -> bytes:
        """DER C1C3C2."""
        return bytes(self.lib.sm2_encrypt(self.xy, plain))


class Private:
    """A private key."""

    def __init__(self, lib: ModuleType, scalar: bytes, point: bytes) -> None:
        self.lib, self.scalar, self.point = lib, scalar, point

    def sign(self, message: bytes, identity: bytes) -> bytes:
        """DER SEQUENCE(r, s)."""
        return bytes(self.lib.sm2_sign(self.scalar, self.point[1:], message, identity))

    def decrypt(self, sealed: bytes) -> bytes:
        """Plaintext. Raises BadTag."""
        try:
            return bytes(self.lib.sm2_decrypt(self.scalar, sealed))
        except self.lib.GmsslInnerError:
            raise BadTag from None


class Gmssl:
    """The engine."""

    def __init__(self, lib: ModuleType) -> None:
        self.lib = lib
        self.report = EngineReport("gmssl-pyx", str(lib.__version__), fixed=True)

    def generate(self) -> tuple[bytes, bytes | None]:
        """A new (scalar, point)."""
        xy, scalar = self.lib.sm2_key_generate()
        return scalar, b"\4" + xy

    def public(self, point: bytes) -> Public:
        """Load 04 ‖ x ‖ y."""
        return Public(self.lib, point)

    def private(self, scalar: bytes, point: bytes | None) -> Private:
        """Load a pair. This library cannot work out the point, so it must be given. Raises BadKey."""
        if point is None:
            raise BadKey("write the private key with its public point: gmssl-pyx cannot work it out")
        key, probe = Private(self.lib, scalar, point), Public(self.lib, point)
        if not probe.verify(PAIR_PROBE, key.sign(PAIR_PROBE, PAIR_ID), PAIR_ID):
            raise BadKey("private and public key are not a pair")
        return key


def load() -> Gmssl | None:
    """The engine, or None when gmssl-pyx is not installed."""
    try:
        import gmssl_pyx  # noqa: PLC0415  an optional package
    except ImportError:
        return None
    return Gmssl(gmssl_pyx)
