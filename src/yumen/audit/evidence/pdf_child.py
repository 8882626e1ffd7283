"""Read the text of a PDF in a process of its own: bytes come in, text goes out, a hostile file ends with the process.

A script that imports nothing of the product; whatever the library raises ends it, and the parent sees that.
"""

from __future__ import annotations

import io
import resource
import sys

from pypdf import PdfReader

CPU_SECONDS_MAX = 40
MEMORY_BYTES_MAX = 1024 * 1024 * 1024
PAGES_MAX = 300
CHARS_MAX = 500_000


def read(data: bytes) -> str:
    """Page by page, up to the limits. A torn file raises what the library raises."""
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        reader.decrypt("")
    parts: list[str] = []
    for number, page in enumerate(reader.pages):
        if number >= PAGES_MAX or sum(map(len, parts)) >= CHARS_MAX:
            break
        parts.append(page.extract_text())
    return "\n".join(parts)[:CHARS_MAX]


def main() -> None:
    """Within the limits of this process."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    sys.stdout.buffer.write(read(sys.stdin.buffer.read()).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
