"""From the text of an import to a file of the program."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Final

from yumen.audit.source.config import Config

_ENDINGS: Final = (
    "",
    ".js",
    ".ts",
    ".tsx",
    ".jsx",
    ".vue",
    ".mjs",
    ".wxs",
    "/index.js",
    "/index.ts",
    "/index.tsx",
    "/index.vue",
)


class Modules:
    """Finds files by path. `numbers` are the files of the program, `root` its folder."""

    def __init__(
        self, numbers: Mapping[str, int], root: str, aliases: Mapping[str, str], configs: Mapping[str, Config]
    ) -> None:
        self._numbers = numbers
        self._configs = configs
        self._root = root
        self._known: dict[tuple[str, str], int] = {}
        self._aliases = self._read_aliases(aliases, configs)

    def find(self, path: str, name: str) -> int:
        """The number of the file that `path` means by `name`, or -1."""
        folder = path.rpartition("/")[0]
        key = (folder, name)
        if key not in self._known:
            self._known[key] = self._find(folder, name)
        return self._known[key]

    def settings(self, path: str, name: str) -> Config | None:
        """The JSON file that `path` means by `name`."""
        places = self._places(path.rpartition("/")[0], name)
        found = (self._configs.get(posixpath.normpath(place).lstrip("/")) for place in places)
        return next((one for one in found if one is not None), None)

    def _find(self, folder: str, name: str) -> int:
        for place in self._places(folder, name):
            clean = posixpath.normpath(place).lstrip("/")
            for ending in _ENDINGS:
                number = self._numbers.get(clean + ending)
                if number is not None:
                    return number
        return -1

    def _places(self, folder: str, name: str) -> list[str]:
        if name.startswith("."):
            return [f"{folder}/{name}"]
        if name.startswith("/"):
            return [f"{self._root}{name}"]
        places = [target + name[len(prefix) :] for prefix, target in self._aliases if name.startswith(prefix)]
        if name.startswith(("@/", "~/", "~@/")):
            places.append(f"{self._root}/{name.partition('/')[2]}")
        places.append(f"{folder}/{name}")
        above = folder
        while True:
            places.append(f"{above}/miniprogram_npm/{name}")
            if above in {self._root, ""}:
                return places
            above = above.rpartition("/")[0]

    def _read_aliases(self, aliases: Mapping[str, str], configs: Mapping[str, Config]) -> list[tuple[str, str]]:
        found = [
            (name.removesuffix("*"), self._root + "/" + to.removesuffix("*").lstrip("/"))
            for name, to in aliases.items()
        ]
        for path, config in configs.items():
            if path.rpartition("/")[2] in {"tsconfig.json", "jsconfig.json"}:
                options = config.data.get("compilerOptions")
                paths = options.get("paths") if isinstance(options, dict) else None
                base = (
                    path.rpartition("/")[0]
                    + "/"
                    + (str(options.get("baseUrl", ".")) if isinstance(options, dict) else "")
                )
                for name, targets in (paths if isinstance(paths, dict) else {}).items():
                    if isinstance(targets, list) and targets and isinstance(targets[0], str):
                        found.append((name.removesuffix("*"), f"{base}/{targets[0].removesuffix('*')}"))
        return sorted(found, key=lambda pair: (-len(pair[0]), pair))
