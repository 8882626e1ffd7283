"""What a job may carry: ids, codes and numbers. Jobs, their failures and dead letters are read by many eyes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

Scalar = str | int | bool | None
Arguments = Mapping[str, Scalar]

TEXT_MAX: Final = 200
ARGUMENTS_MAX: Final = 20

_PHONES: Final = range(13_000_000_000, 20_000_000_000)
_PERSONAL: Final = re.compile(
    r"""
      (?<![0-9A-Za-z]) (?:\+?86[\s-]?)? 1[3-9]\d [\s-]? \d{4} [\s-]? \d{4} (?![0-9A-Za-z])  # mainland mobile number
    | (?<![0-9A-Za-z]) \d{17}[\dXx] (?![0-9A-Za-z])                                       # resident identity number
    | (?<![0-9A-Za-z_-]) o[0-9A-Za-z_-]{27,28} (?![0-9A-Za-z_-])                          # openid, unionid
    | @                                                                                   # e-mail address
    | [\u3400-\u9fff]                                                                     # a name or an address
    """,
    re.VERBOSE,
)


class NotIds(TypeError):
    """Somebody tried to put a value into a job that belongs behind an id: our defect."""


def check(job: str, arguments: Arguments) -> None:
    """Raises NotIds, which names the job and the argument but never the value."""
    if len(arguments) > ARGUMENTS_MAX:
        raise NotIds(f"{job}: more than {ARGUMENTS_MAX} arguments")
    for name, value in arguments.items():
        if not (value is None or isinstance(value, str | int)):
            raise NotIds(f"{job}: argument {name} is a {type(value).__name__}, not an id, a code or a number")
        if looks_personal(value):
            raise NotIds(f"{job}: argument {name} looks like a personal value")


def looks_personal(value: Scalar) -> bool:
    """Could this be a phone number, an openid, an identity number, an e-mail address, a Chinese name or a long text?"""
    if isinstance(value, str):
        return len(value) > TEXT_MAX or _PERSONAL.search(value) is not None
    return value is not None and value in _PHONES
