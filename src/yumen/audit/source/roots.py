"""Where a mini-program begins: the folder with app.json, pages.json or app.config.*; its build output is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from yumen.audit.source.config import App, Config, app_of, read_json
from yumen.audit.source.constant import constant
from yumen.audit.source.decode import to_utf8
from yumen.audit.source.files import Files
from yumen.audit.source.tree import File, Skipped, Tree

_OUTPUT: Final = frozenset({"dist", "unpackage", "build", "output", "out"})
_NPM: Final = frozenset({"miniprogram_npm", "uni_modules", "node_modules"})
_TARO: Final = ("app.config.ts", "app.config.js", "app.config.tsx")


class Root(msgspec.Struct):
    """One program: its folder (`""` is the audited root), its kind (native, uni, taro, unknown), its files."""

    path: str
    kind: str
    files: list[File]
    beside: list[str]
    """Settings files above the root: project.config.json, manifest.json."""

    @property
    def prefix(self) -> str:
        return f"{self.path}/" if self.path else ""

    def app(self, configs: dict[str, Config], files: Files) -> App:
        """The merged settings."""
        others = [configs[path] for path in self.beside if path in configs]
        if self.kind == "taro":
            number = next((n for n, path in enumerate(files.paths) if path.rpartition("/")[2] in _TARO), None)
            written = files[number] if number is not None else None
            data = constant(written, written.exports.get("default", 0)) if written is not None else None
            main = Config(written.path if written else "", data if isinstance(data, dict) else {}, b"")
        else:
            name = self.prefix + ("pages.json" if self.kind == "uni" else "app.json")
            main = configs.get(name, Config("", {}, b""))
        return app_of(main, *others)


def roots(base: Path, tree: Tree) -> tuple[list[Root], list[str]]:
    """The programs of a tree, outermost first, and the folders of build output that were left out.

    Pages without settings are a program of unknown kind; a tree without pages has none.
    """
    kinds = _kinds(base, tree)
    built = _built(kinds)
    for folder in built:
        del kinds[folder]
    built += _unpackaged(kinds, tree)
    if not kinds:
        pages = any(one.suffix == ".wxml" for one in tree.files)
        return [Root("", "unknown", list(tree.files), [])] if pages else [], built
    found = {folder: Root(folder, kind, [], []) for folder, kind in sorted(kinds.items())}
    for file in tree.files:
        owner = _owner(file.folder, found)
        if owner is not None and not _is_below(file.path, built):
            owner.files.append(file)
    for one in found.values():
        _settings(one, tree)
        built += _compiled(one)
        tree.skipped += [Skipped(path, "not_of_the_program") for path in _other_packages(one)]
    return list(found.values()), sorted(built)


def _unpackaged(kinds: dict[str, str], tree: Tree) -> list[str]:
    """Folders in which HBuilder puts what it made of a uni-app program, for apps and pages of the web too."""
    folders = [f"{folder}/unpackage".lstrip("/") for folder, kind in kinds.items() if kind == "uni"]
    return [one for one in folders if any(_is_below(file.path, [one]) for file in tree.files)]


def _other_packages(root: Root) -> list[str]:
    """Folders with a package.json of their own are servers, functions and tools, unless pages or npm live there."""
    folders = {file.folder for file in root.files if file.name == "package.json"} - {root.path}
    others = [one for one in sorted(folders) if not _NPM & set(one.split("/")) and not _has_templates(root, one)]
    root.files = [file for file in root.files if not _is_below(file.path, others)]
    return others


def _has_templates(root: Root, folder: str) -> bool:
    return any(
        file.path.startswith(f"{folder}/") and file.suffix in {".wxml", ".vue", ".tsx", ".jsx"} for file in root.files
    )


def _compiled(root: Root) -> list[str]:
    """JavaScript beside the TypeScript it was made from is left out."""
    written = {file.path[:-3] for file in root.files if file.suffix == ".ts"}
    made = [file for file in root.files if file.suffix == ".js" and file.path[:-3] in written]
    root.files = [file for file in root.files if file not in made]
    return [file.path for file in made]


def _kinds(base: Path, tree: Tree) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for file in tree.files:
        if file.name in _TARO:
            kinds[file.folder] = "taro"
        elif file.name == "pages.json" and _has_pages(base / file.path):
            kinds[file.folder] = "uni"
        elif file.name == "app.json" and file.folder not in kinds and _has_pages(base / file.path):
            kinds[file.folder] = "native"
    return kinds


def _has_pages(path: Path) -> bool:
    try:
        data = read_json(to_utf8(path.read_bytes())[0])
    except OSError:
        return False
    return isinstance(data, dict) and isinstance(data.get("pages"), list)


def _built(kinds: dict[str, str]) -> list[str]:
    """Output folders of WeChat's format are left out where the sources they were made from are there too."""
    sources = [folder for folder, kind in kinds.items() if not _OUTPUT & set(folder.split("/"))]
    return [folder for folder in kinds if sources and _OUTPUT & set(folder.split("/"))]


def _owner(folder: str, found: dict[str, Root]) -> Root | None:
    while True:
        if folder in found:
            return found[folder]
        if not folder:
            return None
        folder = folder.rpartition("/")[0]


def _is_below(path: str, folders: list[str]) -> bool:
    return any(path.startswith(f"{folder}/") for folder in folders)


def _settings(root: Root, tree: Tree) -> None:
    """ext.json and manifest.json in the root; project.config.json there or up to two folders above it."""
    folders = [root.path]
    for _ in range(2):
        if folders[-1]:
            folders.append(folders[-1].rpartition("/")[0])
    wanted = [
        f"{folder}/{name}".lstrip("/")
        for folder in folders
        for name in ("ext.json", "manifest.json", "project.config.json")
    ]
    by_path = {file.path: file for file in tree.files}
    for path in wanted:
        if path in by_path:
            root.beside.append(path)
            if by_path[path] not in root.files:
                root.files.append(by_path[path])
