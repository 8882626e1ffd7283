"""A picture of one pixel."""

import struct
import zlib

import pytest


def piece(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*extra: bytes) -> bytes:
    header = piece(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    pixels = piece(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + pixels + piece(b"IEND", b"")


@pytest.fixture
def picture() -> bytes:
    return png()


@pytest.fixture
def picture_with_place() -> bytes:
    """The same picture, as a camera would leave it."""
    return png(piece(b"tEXt", b"GPS 31.2304N"))
