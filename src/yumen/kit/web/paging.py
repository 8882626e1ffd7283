"""One page of a long list: items and the cursor of the next page."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

import msgspec

T = TypeVar("T")

PAGE_MAX: Final = 100


class Page(msgspec.Struct, Generic[T]):
    """`next_cursor` is null on the last page."""

    items: list[T]
    next_cursor: str | None = None
