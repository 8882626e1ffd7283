"""Bytes of a file to UTF-8 bytes, whatever editor wrote it; the same lines, the same columns in characters."""

from __future__ import annotations

from typing import Final

SIZE_MAX: Final = 8 * 1024 * 1024
"""Files above this are named and not read."""

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def to_utf8(data: bytes) -> tuple[bytes, str]:
    """The text as UTF-8 without a byte order mark, and the name of the encoding it came in.

    GB18030 takes what is no UTF-8 (it contains GBK and GB 2312); bytes that fit nothing become U+FFFD. Bytes with
    many zeros and no mark are UTF-16.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name.removesuffix("-sig"), "replace").encode(), name
    if data[:64].count(0) >= min(len(data), 64) // 4 > 0:
        name = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        return data.decode(name, "replace").encode(), name
    if _is_utf8(data):
        return data, "utf-8"
    try:
        return data.decode("gb18030").encode(), "gb18030"
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace").encode(), "unknown"


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
