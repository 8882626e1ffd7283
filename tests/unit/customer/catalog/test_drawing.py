"""The drawn pictures are PNG files with the shapes where they belong."""

import struct
import zlib

from yumen.customer.catalog.drawing import SIDE_PX, Shape, colour, disc, picture
from yumen.customer.profile.pictures import stripped

WHITE, JADE = colour("#ffffff"), colour("#17604c")


def pixel(png: bytes, x: float, y: float) -> tuple[int, ...]:
    """The colour at hundredths of the side."""
    at = png.index(b"IDAT")
    (length,) = struct.unpack_from(">I", png, at - 4)
    lines = zlib.decompress(png[at + 4 : at + 4 + length])
    place = int(y * SIDE_PX / 100) * (1 + 3 * SIDE_PX) + 1 + 3 * int(x * SIDE_PX / 100)
    return tuple(lines[place : place + 3])


def test_a_picture_walks_cleanly_as_png():
    png = picture(WHITE, [disc(JADE, 50, 50, 20)])
    assert stripped(png) == png


def test_a_disc_is_round():
    png = picture(WHITE, [disc(JADE, 50, 50, 20)])
    assert pixel(png, 50, 50) == pixel(png, 50, 31) == pixel(png, 31, 50) == JADE
    assert pixel(png, 35, 35) == pixel(png, 50, 29) == WHITE


def test_a_profile_narrows_where_it_says():
    png = picture(WHITE, [Shape(JADE, [(20, 5), (80, 30)], straight=True)])
    assert pixel(png, 40, 75) == JADE
    assert pixel(png, 40, 25) == WHITE
    assert pixel(png, 50, 85) == WHITE


def test_what_reaches_beyond_the_paper_is_cut():
    png = picture(WHITE, [Shape(JADE, [(-10, 90), (110, 90)])])
    assert pixel(png, 0, 0) == pixel(png, 99, 99) == JADE


def test_edges_are_blended():
    png = picture(WHITE, [Shape(JADE, [(20, 10.1), (80, 10.1)])])
    edge = pixel(png, 60.1, 50)
    assert edge not in (WHITE, JADE)
    assert all(low <= part <= high for part, low, high in zip(edge, JADE, WHITE, strict=True))
