"""Draw the pictures of the made-up goods: turned shapes in flat colours, as PNG. Pure, standard library only.

A shape is a profile (half widths down its height, smoothed), as a potter would cut it; edges are blended from four
sub-rows. PNG as in W3C PNG (third edition) 5 and 11: RGB, 8 bit, rows unfiltered.
"""

from __future__ import annotations

import math
import struct
import zlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SIDE_PX: Final = 480
SUBROWS: Final = (0.125, 0.375, 0.625, 0.875)

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shape:
    """`profile` is (y, half width) from top to bottom, in hundredths of the side; `centre` is its axis."""

    colour: Colour
    profile: Sequence[tuple[float, float]]
    centre: float = 50.0
    straight: bool = False

    def span(self, y: float) -> tuple[float, float] | None:
        """From where to where it reaches at that height, in pixels."""
        scale = SIDE_PX / 100
        height = y / scale
        if not self.profile[0][0] <= height < self.profile[-1][0]:
            return None
        after = bisect_right(self.profile, height, key=lambda point: point[0])
        (top, above), (bottom, below) = self.profile[after - 1], self.profile[after]
        part = (height - top) / (bottom - top)
        eased = part if self.straight else (1 - math.cos(math.pi * part)) / 2
        half = above + (below - above) * eased
        return (self.centre - half) * scale, (self.centre + half) * scale


def colour(text: str) -> Colour:
    """`#rrggbb`."""
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


def disc(tint: Colour, x: float, y: float, radius: float) -> Shape:
    steps = [math.pi * step / 24 for step in range(25)]
    profile = [(y - radius * math.cos(turn), radius * math.sin(turn)) for turn in steps]
    return Shape(tint, profile, x, straight=True)


def picture(ground: Colour, shapes: Sequence[Shape]) -> bytes:
    """A square PNG of these shapes, the last on top."""
    lines = []
    for y in range(SIDE_PX):
        line = bytearray(bytes(ground) * SIDE_PX)
        for shape in shapes:
            _paint(line, shape, y)
        lines.append(b"\0" + bytes(line))
    head = struct.pack(">IIBBBBB", SIDE_PX, SIDE_PX, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(lines), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _paint(line: bytearray, shape: Shape, y: int) -> None:
    spans = [span for part in SUBROWS if (span := shape.span(y + part)) is not None]
    if not spans:
        return
    left, right = min(span[0] for span in spans), max(span[1] for span in spans)
    whole_from, whole_to = math.ceil(max(span[0] for span in spans)), math.floor(min(span[1] for span in spans))
    if len(spans) == len(SUBROWS) and whole_from < whole_to:
        whole_from, whole_to = max(0, whole_from), min(SIDE_PX, whole_to)
        line[3 * whole_from : 3 * whole_to] = bytes(shape.colour) * max(0, whole_to - whole_from)
    else:
        whole_from = whole_to = math.ceil(right)
    for x in [*range(max(0, math.floor(left)), whole_from), *range(whole_to, min(SIDE_PX, math.ceil(right)))]:
        if 0 <= x < SIDE_PX:
            _blend(line, x, shape.colour, sum(_cover(span, x) for span in spans) / len(SUBROWS))


def _cover(span: tuple[float, float], x: int) -> float:
    return max(0.0, min(span[1], x + 1) - max(span[0], x))


def _blend(line: bytearray, x: int, over: Colour, cover: float) -> None:
    for place, value in enumerate(over):
        at = 3 * x + place
        line[at] = round(line[at] + (value - line[at]) * cover)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
