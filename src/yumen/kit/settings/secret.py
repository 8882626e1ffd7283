"""A value that must not be seen: it has no readable form but the one asked for by name."""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

HIDDEN: Final = "********"
_FILE: Final = "file:"
_ENV: Final = "env:"
_BYTES_MAX: Final = 65_536


class Secret:
    """A secret from the settings. `reveal()` is the only way to its text; printing, logging and JSON show nothing."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    @classmethod
    def read(cls, reference: str, folder: Path, environ: Mapping[str, str]) -> Secret:
        """The secret a setting names: `file:PATH` (relative to the folder), `env:NAME`, or the text itself.

        Raises OSError for a file that cannot be read, KeyError for a variable that is not set, ValueError for a file
        that is not UTF-8 text of at most 64 KiB.
        """
        if reference.startswith(_FILE):
            with (folder / Path(reference.removeprefix(_FILE)).expanduser()).open("rb") as source:
                content = source.read(_BYTES_MAX + 1)
            if len(content) > _BYTES_MAX:
                raise ValueError("too long for a secret")
            return cls(content.decode().strip())
        if reference.startswith(_ENV):
            return cls(environ[reference.removeprefix(_ENV)])
        return cls(reference)

    def reveal(self) -> str:
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(os.fsencode(self._text), os.fsencode(other._text))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Secret({HIDDEN!r})" if self._text else "Secret('')"

    __str__ = __repr__

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is not pickled")
