"""Accept a small picture by its first bytes, and take out what a camera wrote about its owner. Pure.

A photo carries place, time and device in its metadata (EXIF, XMP, text chunks); none of it is needed to show it. The
pixels are not decoded: containers are walked piece by piece, unknown pieces are left out, and whatever follows the
picture's end is cut off. What does not walk cleanly is refused.

Sources: JPEG ITU-T T.81 annex B; PNG (W3C, third edition) 5; WebP container specification (RFC 9649) 2.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Final

from yumen.kit.errors import Code

TOO_LARGE: Final = Code("avatar.too_large", 413)
UNFIT: Final = Code("avatar.unfit", 422)

BYTES_MAX: Final = 200 * 1024
PIECES_MAX: Final = 4096

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs", b"bKGD"}
)
_WEBP_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"VP8X", b"ANIM", b"ANMF"})
_WEBP_SAYS_METADATA: Final = 0x20 | 0x08 | 0x04  # colour profile, EXIF, XMP: none of them is kept

_SOI, _EOI, _SOS, _APP0, _APP14, _TEM = 0xD8, 0xD9, 0xDA, 0xE0, 0xEE, 0x01
_ALONE: Final = frozenset({*range(0xD0, 0xD8), _TEM})
"""JPEG markers without a length (T.81 B.1.1.3)."""


def media_type(picture: bytes) -> str | None:
    """`image/png`, `image/jpeg` or `image/webp`, by the first bytes; None for anything else."""
    if picture.startswith(_PNG):
        return "image/png"
    if picture.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        return "image/webp"
    return None


def stripped(picture: bytes, bytes_max: int = BYTES_MAX) -> bytes:
    """The picture without metadata. Raises `avatar.too_large`, `avatar.unfit`."""
    if len(picture) > bytes_max:
        raise TOO_LARGE(bytes_max=bytes_max)
    walk = _WALKS.get(media_type(picture) or "")
    if walk is None:
        raise UNFIT()
    try:
        return walk(picture)
    except (struct.error, IndexError):
        raise UNFIT() from None


def _png(picture: bytes) -> bytes:
    kept = [_PNG]
    kinds = []
    for kind, piece in _png_pieces(picture):
        kinds.append(kind)
        if kind in _PNG_KEPT:
            kept.append(piece)
    if kinds[:1] != [b"IHDR"] or kinds[-1:] != [b"IEND"] or b"IDAT" not in kinds:
        raise UNFIT()
    return b"".join(kept)


def _png_pieces(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    for _ in range(PIECES_MAX):
        length, kind = struct.unpack_from(">I4s", picture, at)
        piece = picture[at : at + 12 + length]
        (checksum,) = struct.unpack_from(">I", piece, 8 + length)
        if zlib.crc32(piece[4 : 8 + length]) != checksum:
            raise UNFIT()
        yield kind, piece
        if kind == b"IEND":
            return
        at += 12 + length
    raise UNFIT()


def _webp(picture: bytes) -> bytes:
    (size,) = struct.unpack_from("<I", picture, 4)
    end, at = 8 + size, 12
    if end > len(picture):
        raise UNFIT()
    kept: list[bytes] = []
    while at < end and len(kept) < PIECES_MAX:
        kind, length = struct.unpack_from("<4sI", picture, at)
        piece = picture[at : at + 8 + length + (length & 1)]
        if len(piece) < 8 + length:
            raise UNFIT()
        if kind in _WEBP_KEPT:
            kept.append(_without_flags(piece) if kind == b"VP8X" else piece)
        at += len(piece)
    if not any(piece[:4] in (b"VP8 ", b"VP8L", b"ANMF") for piece in kept):
        raise UNFIT()
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _without_flags(piece: bytes) -> bytes:
    return piece[:8] + bytes([piece[8] & ~_WEBP_SAYS_METADATA]) + piece[9:]


def _jpeg(picture: bytes) -> bytes:
    kept = [picture[:2]]
    at = 2
    seen_scan = False
    for _ in range(PIECES_MAX):
        marker, at = _marker(picture, at)
        if marker == _EOI:
            if not seen_scan:
                raise UNFIT()
            kept.append(b"\xff\xd9")
            return b"".join(kept)
        if marker in _ALONE or marker == _SOI:
            raise UNFIT()
        (length,) = struct.unpack_from(">H", picture, at)
        end = at + length
        if length < 2 or end > len(picture):
            raise UNFIT()
        if marker == _SOS:
            seen_scan = True
            end = _end_of_scan(picture, end)
        if not _is_jpeg_metadata(marker):
            kept.append(bytes((0xFF, marker)) + picture[at:end])
        at = end
    raise UNFIT()


def _is_jpeg_metadata(marker: int) -> bool:
    """APP1 to APP15 and comments; APP0 (JFIF) and APP14 (Adobe) say how to read the colours."""
    return (0xE0 <= marker <= 0xEF and marker not in (_APP0, _APP14)) or marker == 0xFE


def _marker(picture: bytes, at: int) -> tuple[int, int]:
    """The marker at this place and where its segment goes on; fill bytes are skipped."""
    if picture[at] != 0xFF:
        raise UNFIT()
    while picture[at] == 0xFF:
        at += 1
    return picture[at], at + 1


def _end_of_scan(picture: bytes, at: int) -> int:
    """Where the entropy-coded data ends: at a marker that is neither a stuffed zero nor a restart."""
    while True:
        at = picture.find(b"\xff", at)
        if at < 0 or at + 1 >= len(picture):
            raise UNFIT()
        following = picture[at + 1]
        if following == 0 or 0xD0 <= following <= 0xD7:
            at += 2
        else:
            return at


_WALKS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "image/png": _png,
    "image/webp": _webp,
    "image/jpeg": _jpeg,
}
