"""The text of a Word document (.docx), read without trusting it: bounded sizes, no entity, nothing fetched."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from html import unescape
from typing import Final

PART: Final = "word/document.xml"
UNREADABLE: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, lzma.LZMAError, UnicodeDecodeError),
    *(KeyError, OSError, ValueError, NotImplementedError, RuntimeError, EOFError),
)
"""What a torn or hostile package makes the standard library say."""
XML_BYTES_MAX: Final = 32 * 1024 * 1024
"""A bomb unpacks to more; a policy never does."""


def read_word(data: bytes) -> str | None:
    """Paragraph by paragraph; None when it is no Word document, or one that unpacks beyond the limit."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if package.getinfo(PART).file_size > XML_BYTES_MAX:
                return None
            with package.open(PART) as part:
                xml = part.read(XML_BYTES_MAX + 1)
    except UNREADABLE:
        return None
    if len(xml) > XML_BYTES_MAX:
        return None
    return _text(xml.decode("utf-8", "replace"))


def _text(xml: str) -> str:
    paragraphs = []
    for paragraph in re.split(r"</w:p>", xml):
        runs = re.findall(r"<w:t(?:\s[^<>]*)?>([^<]*)</w:t>|<w:(tab|br)(?:\s[^<>]*)?/>", paragraph)
        paragraphs.append("".join(unescape(run) or " " for run, _ in runs))
    return "\n".join(paragraphs)
