"""Say in a few signs what a setting may be (`int 1..256`, `intl | sm`), for refusals and for the reference."""

from __future__ import annotations

import types
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from msgspec import Meta

from yumen.kit.settings.secret import Secret
from yumen.kit.settings.shape import Name, Region, Url

_NAMES: Final[dict[object, str]] = {
    bool: "true | false",
    int: "int",
    float: "number",
    str: "text",
    Path: "path",
    Secret: "secret",
    type(None): "",
}
_SHAPES: Final[dict[object, str]] = {Url: "http(s)://host[:port][/path]", Region: "cloud/region", Name: "name"}


def describe(kind: Any) -> str:
    """For example `int 1..65535`. `kind` is an annotation of `shape`."""
    if kind in _SHAPES:
        return _SHAPES[kind]
    origin = get_origin(kind)
    if origin is Annotated:
        plain, *metas = get_args(kind)
        return " ".join([describe(plain), *(bounds for meta in metas if (bounds := _bounds(meta)))])
    if origin is Literal:
        return " | ".join(get_args(kind))
    if origin in {Union, types.UnionType}:
        return " | ".join(name for part in get_args(kind) if (name := describe(part)))
    if origin is tuple:
        return f"list of {describe(get_args(kind)[0])}"
    return _NAMES[kind]


def _bounds(meta: Meta) -> str:
    if meta.pattern is not None:
        return f"like {meta.pattern}"
    if meta.gt is not None:
        return f"> {meta.gt}" + ("" if meta.le is None else f", at most {meta.le}")
    if meta.ge is not None:
        return f"{meta.ge}.." + ("" if meta.le is None else str(meta.le))
    shortest = "" if meta.min_length is None else str(meta.min_length)
    return "" if meta.max_length is None else f"{shortest}..{meta.max_length} characters"
