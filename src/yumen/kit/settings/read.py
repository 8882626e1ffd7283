"""Read the settings: defaults, then one TOML file, then the environment; every fault is found before any is told.

A variable is named after its key: `YUMEN_SERVER__WORKERS` sets `server.workers`. Lists are given as `a,b`. What is
not a setting is refused, in both places, since a misspelt limit would silently be no limit.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

import msgspec

from yumen.kit.settings.faults import Fault, SettingsRefused
from yumen.kit.settings.kinds import describe
from yumen.kit.settings.places import line_numbers, line_of, line_of_error
from yumen.kit.settings.refusals import references, unfit
from yumen.kit.settings.secret import Secret
from yumen.kit.settings.shape import Settings

PREFIX: Final = "YUMEN_"
FILE_VARIABLE: Final = "YUMEN_CONFIG"
"""Names the TOML file itself, hence is no setting."""
NO_SETTINGS: Final = frozenset({FILE_VARIABLE, "YUMEN_LANG", "YUMEN_STAFF_KEY", "YUMEN_SUPERVISED", "YUMEN_GATE"})
"""Variables of the command line that begin like a setting."""

_DEPTH_MAX: Final = 4
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings and, for each key that was given, where (`yumen.toml:12`, `YUMEN_SERVER__WORKERS`)."""

    settings: Settings
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Given:
    value: object
    place: str
    from_environment: bool = False


def load(
    file: Path | None, environ: Mapping[str, str], is_mainland: Callable[[str, str], bool] = lambda cloud, region: False
) -> Loaded:
    """Read and judge. `is_mainland(cloud, region)` comes from `law.regions`; only production asks it.

    Raises SettingsRefused with all faults.
    """
    given = _from_file(file) | _from_environment(environ)
    folder = file.absolute().parent if file else Path.cwd()
    reader = _Reader(given, folder, environ)
    settings = reader.settings()
    sources = {key: value.place for key, value in given.items()}
    faults = reader.faults
    if not faults and settings is not None:
        faults = [*references(settings, sources), *unfit(settings, sources, is_mainland)]
        if not faults:
            return Loaded(settings, sources)
    raise SettingsRefused(sorted(faults, key=lambda fault: fault.key))


def _from_file(file: Path | None) -> dict[str, _Given]:
    if file is None:
        return {}
    try:
        toml = file.read_text(encoding="utf-8")
        tree = tomllib.loads(toml)
    except OSError as unreadable:
        raise SettingsRefused([Fault("unreadable", "-", str(file), {"why": unreadable.strerror or ""})]) from unreadable
    except UnicodeDecodeError as broken:
        raise SettingsRefused([Fault("not_utf8", "-", str(file))]) from broken
    except tomllib.TOMLDecodeError as broken:
        line = line_of_error(str(broken))
        place = f"{file.name}:{line}" if line else file.name
        raise SettingsRefused([Fault("not_toml", "-", place, {"why": str(broken)})]) from broken
    lines = line_numbers(toml)
    return {
        key: _Given(value, f"{file.name}:{line}" if (line := line_of(key, lines)) else file.name)
        for key, value in _leaves(tree)
    }


def _leaves(tree: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        here = (*path, name)
        if isinstance(value, dict) and len(here) < _DEPTH_MAX:
            yield from _leaves(value, here)
        else:
            yield ".".join(here), value


def _from_environment(environ: Mapping[str, str]) -> dict[str, _Given]:
    return {
        name.removeprefix(PREFIX).lower().replace("__", "."): _Given(text, name, from_environment=True)
        for name, text in environ.items()
        if name.startswith(PREFIX) and name not in NO_SETTINGS
    }


class _Reader:
    """Walks the shape beside what was given; collects faults instead of stopping at the first."""

    def __init__(self, given: Mapping[str, _Given], folder: Path, environ: Mapping[str, str]) -> None:
        self._given = dict(given)
        self._folder = folder
        self._environ = environ
        self._known: list[str] = []
        self._wanted: set[str] = set()
        self.faults: list[Fault] = []

    def settings(self) -> Settings | None:
        made = self._struct(Settings, "")
        for key in self._given.keys() - self._wanted:
            close = difflib.get_close_matches(key, self._known, n=1, cutoff=0.8)
            kind = "unknown_did_you_mean" if close else "unknown"
            self.faults.append(Fault(kind, key, self._given[key].place, {"meant": close[0]} if close else {}))
        return made if isinstance(made, Settings) else None

    def _struct(self, kind: type[msgspec.Struct], path: str) -> msgspec.Struct | None:
        values: dict[str, object] = {}
        hints = get_type_hints(kind, include_extras=True)
        for field in msgspec.structs.fields(kind):
            key = f"{path}.{field.name}" if path else field.name
            hint = hints[field.name]
            if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
                values[field.name] = self._struct(hint, key)
            elif get_origin(hint) is dict:
                values[field.name] = self._named(get_args(hint)[1], key)
            else:
                self._known.append(key)
                if key in self._given:
                    values[field.name] = self._leaf(key, hint)
                elif field.required:
                    place = next((g.place for k, g in self._given.items() if k.startswith(f"{path}.")), path)
                    self.faults.append(Fault("missing", key, place, {"expected": describe(hint)}))
        return None if self.faults else kind(**self._placed(kind, values))

    def _named(self, kind: type[msgspec.Struct], path: str) -> dict[str, msgspec.Struct | None]:
        names = {key.split(".")[1] for key in self._given if key.startswith(f"{path}.") and key.count(".") >= 2}
        for name in names:
            if not _NAME.fullmatch(name):
                place = next(g.place for key, g in self._given.items() if key.startswith(f"{path}.{name}."))
                self.faults.append(Fault("name", f"{path}.{name}", place))
        return {name: self._struct(kind, f"{path}.{name}") for name in sorted(names)}

    def _placed(self, kind: type[msgspec.Struct], values: dict[str, object]) -> dict[str, object]:
        """Make every folder absolute, also those that come by default."""
        for field in msgspec.structs.fields(kind):
            value = values.get(field.name, field.default)
            if isinstance(value, Path):
                values[field.name] = self._folder / value.expanduser()
        return values

    def _leaf(self, key: str, hint: Any) -> object:
        self._wanted.add(key)
        given = self._given[key]
        try:
            if hint is Secret:
                return Secret.read(msgspec.convert(given.value, str), self._folder, self._environ)
            value = given.value
            if given.from_environment and get_origin(hint) is tuple:
                value = [part.strip() for part in str(value).split(",") if part.strip()]
            return msgspec.convert(value, hint, strict=not given.from_environment, dec_hook=_path)
        except msgspec.ValidationError:
            self.faults.append(Fault("wrong", key, given.place, {"expected": describe(hint)}))
        except KeyError as unset:
            self.faults.append(Fault("secret_variable", key, given.place, {"variable": str(unset.args[0])}))
        except (OSError, ValueError):
            self.faults.append(Fault("secret_file", key, given.place))
        return None


def _path(kind: type, value: object) -> Path:
    if kind is Path and isinstance(value, str) and value and "\0" not in value:
        return Path(value)
    raise ValueError(f"not a path: {kind}")
