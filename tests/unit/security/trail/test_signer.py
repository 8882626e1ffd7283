"""The signer's key rests in a file that only its KMS can open."""

from pathlib import Path

import pytest

from yumen.kit.crypto import Sm2PublicKey
from yumen.kit.errors import Problem
from yumen.security import trail
from yumen.security.keys.kms import Context


class MaskKms:
    """Stands for a KMS: xor with a byte, bound to its context by equality."""

    def __init__(self) -> None:
        self.contexts: list[Context] = []

    async def encrypt(self, key: str, plain: bytes, context: Context) -> bytes:
        self.contexts.append(context)
        return bytes(byte ^ 0x5A for byte in plain)

    async def decrypt(self, key: str, sealed: bytes, context: Context) -> bytes:
        assert (key, context) == ("root", self.contexts[-1])
        return bytes(byte ^ 0x5A for byte in sealed)


async def test_a_created_signer_can_be_loaded_and_signs_with_the_same_key(tmp_path: Path) -> None:
    kms, file = MaskKms(), tmp_path / "signer.json"
    created = await trail.create_signer(file, kms, "root")  # type: ignore[arg-type]
    loaded = await trail.load_signer(file, kms)  # type: ignore[arg-type]
    assert loaded.point == created.point
    assert Sm2PublicKey(b"\x04" + created.point).verify(b"head", loaded.sign(b"head"))
    assert file.stat().st_mode & 0o777 == 0o600


async def test_an_existing_signer_is_never_replaced(tmp_path: Path) -> None:
    file = tmp_path / "signer.json"
    file.write_bytes(b"kept")
    with pytest.raises(FileExistsError):
        await trail.create_signer(file, MaskKms(), "root")  # type: ignore[arg-type]
    assert file.read_bytes() == b"kept"


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff"])
async def test_a_missing_or_spoilt_file_is_said_so(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "signer.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Problem, match="signer_unreadable"):
        await trail.load_signer(file, MaskKms())  # type: ignore[arg-type]
