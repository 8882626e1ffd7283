"""Find code that was written twice: the same run of lines in two places, names and layout included.

Compared are logical lines without comments, docstrings, blank lines and imports. `python -m scripts.duplicates`
exits 1 where a run of `LINES` lines or more stands twice under the folders given (without any: under `FOLDERS`).
"""

import ast
import io
import sys
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

LINES = 7
FOLDERS = ("src", "scripts", "bench", "verifier", "receiver")
SILENT = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}


class Line(NamedTuple):
    """One logical line: its words, and where it starts."""

    words: str
    number: int


class Repeat(NamedTuple):
    """`length` logical lines that stand at both places."""

    first: str
    second: str
    length: int


def repeats(files: Iterable[Path], lines: int = LINES) -> list[Repeat]:
    """All longest runs of at least `lines` logical lines that stand twice among the files."""
    texts = {file: list(_logical_lines(file)) for file in files}
    seen: dict[tuple[str, ...], list[tuple[Path, int]]] = defaultdict(list)
    for file, text in texts.items():
        for at in range(len(text) - lines + 1):
            seen[tuple(line.words for line in text[at : at + lines])].append((file, at))
    found: list[Repeat] = []
    covered: set[tuple[Path, int, Path, int]] = set()
    for places in seen.values():
        (one, a), *others = places
        for other, b in others:
            if (one, a - 1, other, b - 1) not in covered and (one, a, other, b) not in covered:
                length = _common(texts[one][a:], texts[other][b:])
                covered.update((one, a + n, other, b + n) for n in range(length))
                found.append(Repeat(_place(one, texts[one][a]), _place(other, texts[other][b]), length))
    return sorted(found, key=lambda repeat: -repeat.length)


def _common(one: list[Line], other: list[Line]) -> int:
    length = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine.words != theirs.words:
            break
        length += 1
    return length


def _place(file: Path, line: Line) -> str:
    return f"{file}:{line.number}"


def _logical_lines(file: Path) -> Iterator[Line]:
    source = file.read_text(encoding="utf-8")
    skipped = _skipped(source)
    words: list[str] = []
    start = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NEWLINE:
            if words and start not in skipped:
                yield Line(" ".join(words), start)
            words = []
        elif token.type not in SILENT and token.type != tokenize.ENDMARKER:
            start = token.start[0] if not words else start
            words.append(token.string)


def _skipped(source: str) -> set[int]:
    """First lines of imports and docstrings, which may repeat."""
    return {
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str))
    }


def main(folders: list[str]) -> int:
    """Print what stands twice; 1 when anything does."""
    files = sorted(
        chain.from_iterable(Path(folder).rglob("*.py") for folder in folders or FOLDERS if Path(folder).exists())
    )
    found = repeats([file for file in files if "node_modules" not in file.parts])
    for repeat in found:
        print(f"{repeat.first} and {repeat.second} share {repeat.length} lines")
    print(f"{len(found)} repeats of {LINES} lines or more in {len(files)} files")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
