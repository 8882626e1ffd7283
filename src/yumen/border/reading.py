"""Read an export contract from TOML and tell everything that is wrong with its shape, each with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar, get_args

import msgspec
from msgspec import Struct

from yumen.border.contract import Draft
from yumen.kit.i18n import Language, text

BYTES_MAX: Final = 262_144
_TABLE: Final = re.compile(r"\s*\[(\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?")
_KEY: Final = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_PLACE: Final = re.compile(r"\(at line (\d+), column \d+\)")

Fact = str | int
T = TypeVar("T", bound=Struct)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a code (its text is in `locales/`), where in the contract, on which line if known."""

    code: str
    at: str = ""
    line: int | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def say(self, language: Language, file: str = "") -> str:
        """`contracts/hq.toml:14 lines[2].change: …`"""
        place = f"{file}:{self.line}" if self.line else file
        reason = text(self.code, language, **self.facts)
        return " ".join(part for part in (place, f"{self.at}:" if self.at else "", reason) if part)


class BadContractError(ValueError):
    """A contract that cannot be used; `faults` are all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(fault.say("en") for fault in faults))
        self.faults = faults


class Places:
    """On which line of the file each key stands, as far as line by line reading finds it."""

    def __init__(self, source: str) -> None:
        self._lines: dict[str, int] = {}
        counts: dict[str, int] = {}
        table = ""
        for number, line in enumerate(source.splitlines(), 1):
            if head := _TABLE.match(line):
                table = head[2]
                if head[1]:
                    counts[table] = counts.get(table, -1) + 1
                    table = f"{table}[{counts[table]}]"
                self._lines.setdefault(table, number)
            elif key := _KEY.match(line):
                self._lines.setdefault(f"{table}.{key[1]}".lstrip("."), number)

    def find(self, at: str) -> int | None:
        """The line of that place, or of the nearest table around it."""
        while at:
            if at in self._lines:
                return self._lines[at]
            at = at.rpartition(".")[0]
        return None


def read(source: bytes) -> Draft:
    """The contract in that file. Raises BadContractError with every fault of its shape."""
    return read_as(source, Draft)


def read_as(source: bytes, kind: type[T]) -> T:
    """The one record in that file. Raises BadContractError with every fault of its shape."""
    if len(source) > BYTES_MAX:
        raise BadContractError([Fault("contract.too_long", facts={"bytes_max": BYTES_MAX})])
    try:
        written = source.decode("utf-8")
        table = tomllib.loads(written)
    except UnicodeDecodeError:
        raise BadContractError([Fault("contract.not_text")]) from None
    except tomllib.TOMLDecodeError as broken:
        place = _PLACE.search(str(broken))
        raise BadContractError([Fault("contract.not_toml", line=int(place[1]) if place else None)]) from broken
    except RecursionError:
        raise BadContractError([Fault("contract.not_toml")]) from None
    if found := [*_shape(table, kind, "")]:
        raise BadContractError(placed(found, written))
    return msgspec.convert(table, kind)


def placed(faults: Iterable[Fault], written: str) -> list[Fault]:
    """The same faults, each with its line where one is found."""
    places = Places(written)
    return [replace(fault, line=fault.line or places.find(fault.at)) for fault in faults]


def _shape(table: Mapping[str, object], kind: type[Struct], at: str) -> Iterator[Fault]:
    """Every unknown, missing or unfit key of one table, and of those inside."""
    known = {one.encode_name: one for one in msgspec.structs.fields(kind)}
    for key in table.keys() - known.keys():
        yield Fault("contract.unknown_key", _join(at, key))
    for name, one in known.items():
        place = _join(at, name)
        if name in table:
            yield from _value(table[name], one.type, place)
        elif one.required:
            yield Fault("contract.missing", place)


def _value(value: object, wanted: object, at: str) -> Iterator[Fault]:
    struct, repeated = _struct_in(wanted)
    if struct is not None and repeated and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _value(item, struct, f"{at}[{index}]")
        if value:
            return
    elif struct is not None and not repeated and isinstance(value, dict):
        yield from _shape(value, struct, at)
        return
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError as unfit:
        yield Fault("contract.unfit", at, facts={"reason": str(unfit).partition(" - at ")[0]})


def _struct_in(wanted: object) -> tuple[type[Struct] | None, bool]:
    """The struct that a table is read into, and whether there may be several of it."""
    if isinstance(wanted, type) and issubclass(wanted, Struct):
        return wanted, False
    for inner in get_args(wanted):
        struct, _ = _struct_in(inner)
        if struct is not None:
            return struct, True
    return None, False


def _join(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key
