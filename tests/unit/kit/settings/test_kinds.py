"""What a setting may be, in a few signs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from msgspec import Meta

from yumen.kit.settings import Secret
from yumen.kit.settings.kinds import describe
from yumen.kit.settings.shape import Region, Seconds, Url


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (bool, "true | false"),
        (Path | None, "path"),
        (Secret, "secret"),
        (Literal["sm", "intl"], "sm | intl"),
        (Annotated[int, Meta(ge=1, le=9)], "int 1..9"),
        (Annotated[int, Meta(ge=1)], "int 1.."),
        (Seconds, "number > 0, at most 3600"),
        (Annotated[str, Meta(min_length=1, max_length=20)], "text 1..20 characters"),
        (Annotated[str, Meta(pattern="^a+$")], "text like ^a+$"),
        (Region, "cloud/region"),
        (tuple[Url, ...], "list of http(s)://host[:port][/path]"),
    ],
)
def test_a_kind_is_described(kind: object, text: str) -> None:
    assert describe(kind) == text
