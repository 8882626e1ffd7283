"""What the developer tool leaves out of the upload: `packOptions` of project.config.json."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate
from typing import Any, Final

from yumen.audit.source.program import Program

RULES_MAX: Final = 200


def left_out_of(program: Program) -> Callable[[str], bool]:
    """Is a path of the program left out? `include` brings back what `ignore` takes."""
    ignored, included = [], []
    for config in program.app.others:
        options = config.data.get("packOptions")
        if isinstance(options, dict):
            ignored += _tests(options.get("ignore"))
            included += _tests(options.get("include"))
    return lambda path: any(test(path) for test in ignored) and not any(test(path) for test in included)


def _tests(written: Any) -> list[Callable[[str], bool]]:
    entries = written[:RULES_MAX] if isinstance(written, list) else []
    return [
        _test(str(one.get("type")), str(one["value"])) for one in entries if isinstance(one, dict) and one.get("value")
    ]


def _test(kind: str, value: str) -> Callable[[str], bool]:
    """By the kinds of the tool. A regexp takes nothing, as no foreign pattern is run here, nor does an unknown kind."""
    bare = value.removeprefix("./").strip("/")
    if kind == "folder":
        return lambda path: path.startswith(f"{bare}/")
    if kind == "file":
        return lambda path: path == bare
    if kind == "suffix":
        return lambda path: path.endswith(value)
    if kind == "prefix":
        return lambda path: path.rpartition("/")[2].startswith(value)
    if kind == "glob":
        pattern = re.compile(translate(bare))
        return lambda path: pattern.match(path) is not None
    return lambda _: False
