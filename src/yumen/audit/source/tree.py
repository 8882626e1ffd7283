"""Which files there are, without following links and without reading more than names, sizes and small manifests.

Every file that is left out is named with a reason: silence means "read".
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from yumen.audit.source.decode import SIZE_MAX

FILES_MAX: Final = 60_000
DEPTH_MAX: Final = 40

SCRIPTS: Final = frozenset({".js", ".ts", ".jsx", ".tsx", ".mjs", ".cjs", ".wxs"})
TEMPLATES: Final = frozenset({".wxml", ".axml"})
STYLES: Final = frozenset({".wxss", ".css", ".less", ".scss"})
CONFIGS: Final = frozenset({".json"})
IMAGES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp"})
ARCHIVES: Final = frozenset({".zip", ".tgz", ".gz", ".rar", ".7z", ".tar", ".wxapkg"})
_READ: Final = SCRIPTS | TEMPLATES | STYLES | CONFIGS | frozenset({".vue"})
_NEVER: Final = frozenset({".git", ".svn", ".hg", ".idea", ".vscode", "node_modules", "__pycache__", ".cache", ".venv",
    "__tests__", "__mocks__", "cloudfunctions"})  # fmt: skip
_UNNEEDED: Final = (".d.ts", ".map", ".test.js", ".test.ts", ".spec.js", ".spec.ts")
_UNNEEDED_JSON: Final = frozenset({"package-lock.json", "npm-shrinkwrap.json", "composer.lock"})


class File(msgspec.Struct, frozen=True):
    """One file: path relative to the audited folder with `/`, suffix in lower case, size in bytes."""

    path: str
    suffix: str
    size: int

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


class Skipped(msgspec.Struct, frozen=True):
    """A file or folder that was not read, or only lightly: `reason` is a word of `audit.word.why.*`."""

    path: str
    reason: str


class Tree(msgspec.Struct):
    """All files that may be read, all that are only weighed (images), and all left out."""

    files: list[File]
    weighed: list[File]
    skipped: list[Skipped]


def walk(root: Path, exclude: tuple[str, ...] = ()) -> Tree:
    """The files below `root` in the order of their paths. A root that is a file is a tree of one."""
    tree = Tree([], [], [])
    if root.is_file():
        _sort_in(tree, root.name, root.stat().st_size)
        return tree
    for path, size in _entries(root, tree.skipped, exclude):
        _sort_in(tree, path, size)
        if len(tree.files) + len(tree.weighed) >= FILES_MAX:
            tree.skipped.append(Skipped(path, "too_many_files"))
            break
    return tree


def _entries(root: Path, skipped: list[Skipped], exclude: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    base = os.fspath(root)
    waiting: list[tuple[str, int]] = [("", 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(f"{base}/{folder}") as listing:
                entries = sorted(listing, key=lambda one: one.name)
        except OSError:
            skipped.append(Skipped(folder, "unreadable"))
            continue
        below = []
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if _is_excluded(path, exclude):
                skipped.append(Skipped(path, "excluded"))
            elif entry.is_symlink():
                skipped.append(Skipped(path, "link"))
            elif entry.is_dir(follow_symlinks=False):
                if entry.name in _NEVER:
                    skipped.append(Skipped(path, "not_of_the_program"))
                elif depth >= DEPTH_MAX:
                    skipped.append(Skipped(path, "too_deep"))
                else:
                    below.append((path, depth + 1))
            elif entry.is_file(follow_symlinks=False):
                yield path, entry.stat(follow_symlinks=False).st_size
            else:
                skipped.append(Skipped(path, "no_file"))
        waiting += reversed(below)


def _sort_in(tree: Tree, path: str, size: int) -> None:
    name = path.rpartition("/")[2]
    suffix = suffix_of(name)
    if suffix in ARCHIVES:
        tree.skipped.append(Skipped(path, "archive"))
    elif suffix in IMAGES or suffix not in _READ:
        tree.weighed.append(File(path, suffix, size))
    elif name.endswith(_UNNEEDED) or name in _UNNEEDED_JSON:
        tree.skipped.append(Skipped(path, "not_of_the_program"))
    elif size > SIZE_MAX:
        tree.skipped.append(Skipped(path, "too_large"))
    else:
        tree.files.append(File(path, suffix, size))


def suffix_of(name: str) -> str:
    """What follows the last dot, the dot included, in lower case; nothing for `.name` and `name.`."""
    dot = name.rfind(".")
    return name[dot:].lower() if 0 < dot < len(name) - 1 else ""


def _is_excluded(path: str, exclude: tuple[str, ...]) -> bool:
    return any(path == one.rstrip("/") or path.startswith(one.rstrip("/") + "/") for one in exclude)
