"""Show the settings: the effective ones with their sources (`yumen config`), and the reference of all there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, get_args, get_origin, get_type_hints

import msgspec

from yumen.kit.i18n import Language, text
from yumen.kit.settings.kinds import describe
from yumen.kit.settings.read import PREFIX, Loaded
from yumen.kit.settings.secret import HIDDEN, Secret
from yumen.kit.settings.shape import Settings

_USER: Final = re.compile(r"(://)[^/@\s]+@")

Shown = str | int | float | bool | list[str] | None


@dataclass(frozen=True, slots=True)
class Effective:
    """One setting as it is used. Secrets show only whether they are set."""

    key: str
    value: Shown
    source: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting as it is documented."""

    key: str
    variable: str
    kind: str
    default: Shown
    meaning: str


def effective(loaded: Loaded) -> list[Effective]:
    """Every setting in the order of the shape; `source` is `default`, a place in the file, or a variable."""
    return [
        Effective(key, _shown(value), loaded.sources.get(key, "default")) for key, value in _values(loaded.settings, "")
    ]


def effective_text(loaded: Loaded) -> str:
    """As lines `key = value  # source`."""
    rows = [(f"{row.key} = {_literal(row.value)}", row.source) for row in effective(loaded)]
    width = min(72, max(len(left) for left, _ in rows))
    return "\n".join(f"{left:<{width}}  # {source}" for left, source in rows) + "\n"


def effective_json(loaded: Loaded) -> str:
    return msgspec.json.format(msgspec.json.encode([asdict(row) for row in effective(loaded)])).decode()


def settings_reference(language: Language) -> list[Entry]:
    """Every setting there is; `NAME` stands for a name of the reader's choice."""
    return list(_entries(Settings, "", language))


def _values(struct: msgspec.Struct, path: str) -> Iterator[tuple[str, object]]:
    for name in struct.__struct_fields__:
        key, value = f"{path}{name}", getattr(struct, name)
        if isinstance(value, msgspec.Struct):
            yield from _values(value, f"{key}.")
        elif isinstance(value, dict):
            for inner, named in value.items():
                yield from _values(named, f"{key}.{inner}.")
        else:
            yield key, value


def _entries(kind: type[msgspec.Struct], path: str, language: Language) -> Iterator[Entry]:
    hints = get_type_hints(kind, include_extras=True)
    for field in msgspec.structs.fields(kind):
        key, hint = f"{path}{field.name}", hints[field.name]
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            yield from _entries(hint, f"{key}.", language)
        elif get_origin(hint) is dict:
            yield from _entries(get_args(hint)[1], f"{key}.NAME.", language)
        else:
            default = None if field.default is msgspec.NODEFAULT else _shown(field.default)
            meaning = text(f"settings.{key.replace('.NAME', '')}", language)
            variable = PREFIX + key.upper().replace(".", "__")
            yield Entry(key, variable, describe(hint), default, meaning)


def _shown(value: object) -> Shown:
    if isinstance(value, Secret):
        return HIDDEN if value else ""
    if isinstance(value, tuple):
        return [_without_password(str(part)) for part in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, str):
        return _without_password(value)
    assert value is None or isinstance(value, int | float | bool)
    return value


def _literal(value: Shown) -> str:
    return "(none)" if value is None else msgspec.json.encode(value).decode()


def _without_password(text: str) -> str:
    """A proxy may be written `http://user:password@host`."""
    return _USER.sub(rf"\1{HIDDEN}@", text)
