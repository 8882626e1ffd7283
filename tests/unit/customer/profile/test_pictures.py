"""Pictures are walked piece by piece; what a camera wrote about its owner does not pass."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.customer.profile.pictures import BYTES_MAX, media_type, stripped
from yumen.kit.errors import Problem

SECRET = b"GPS 31.2304N 121.4737E"


def png_piece(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*extra, tail=b""):
    header = png_piece(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    pixels = png_piece(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + pixels + png_piece(b"IEND", b"") + tail


def jpeg_segment(marker, body):
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg(*extra, scan=b"\x12\xff\x00\x34\xff\xd0\x56", tail=b""):
    jfif = jpeg_segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    table = jpeg_segment(0xDB, b"\0" + bytes(64))
    return (
        b"\xff\xd8"
        + jfif
        + b"".join(extra)
        + table
        + jpeg_segment(0xDA, b"\x01\x01\0\0\x3f\0")
        + scan
        + b"\xff\xd9"
        + tail
    )


def webp_piece(kind, body):
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)


def webp(*extra, tail=b""):
    body = b"WEBP" + b"".join(extra) + webp_piece(b"VP8 ", b"\x01\x02\x03")
    return b"RIFF" + struct.pack("<I", len(body)) + body + tail


def test_each_kind_is_known_by_its_first_bytes():
    assert [media_type(picture) for picture in (png(), jpeg(), webp())] == ["image/png", "image/jpeg", "image/webp"]
    assert [media_type(other) for other in (b"", b"GIF89a", b"<svg/>", b"RIFF....WAVE", b"\xff\xd8")] == [None] * 5


@pytest.mark.parametrize("picture", [png(), jpeg(), webp()])
def test_a_picture_without_metadata_passes_unchanged(picture):
    assert stripped(picture) == picture


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"iCCP", b"prVt"])
def test_a_png_loses_its_texts_and_exif(kind):
    assert stripped(png(png_piece(kind, SECRET))) == png()


@pytest.mark.parametrize("marker", [0xE1, 0xE2, 0xED, 0xEF, 0xFE])
def test_a_jpeg_loses_its_exif_and_comments(marker):
    assert stripped(jpeg(jpeg_segment(marker, SECRET))) == jpeg()


def test_a_jpeg_keeps_what_its_colours_need():
    adobe = jpeg(jpeg_segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01"))
    assert stripped(adobe) == adobe


def test_metadata_between_the_scans_of_a_jpeg_goes_too():
    second = jpeg_segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x77"
    assert stripped(jpeg(scan=b"\x12" + jpeg_segment(0xFE, SECRET) + second)) == jpeg(scan=b"\x12" + second)


@pytest.mark.parametrize("kind", [b"EXIF", b"XMP ", b"ICCP", b"SECR"])
def test_a_webp_loses_exif_and_xmp(kind):
    assert stripped(webp(webp_piece(kind, SECRET))) == webp()


def test_a_webp_no_longer_says_that_it_has_metadata():
    extended = webp_piece(b"VP8X", bytes([0x20 | 0x10 | 0x08 | 0x04]) + bytes(9))
    kept = stripped(webp(extended, webp_piece(b"EXIF", SECRET)))
    assert kept == webp(webp_piece(b"VP8X", bytes([0x10]) + bytes(9)))


@pytest.mark.parametrize("make", [png, jpeg, webp])
def test_what_follows_the_end_is_cut_off(make):
    assert stripped(make(tail=SECRET)) == make()


@pytest.mark.parametrize("picture", [png(), jpeg(), webp()])
def test_a_picture_cut_short_anywhere_is_refused(picture):
    for length in range(len(picture)):
        with pytest.raises(Problem) as caught:
            stripped(picture[:length])
        assert caught.value.code.name == "avatar.unfit"


def test_a_png_with_a_wrong_checksum_is_refused():
    broken = bytearray(png())
    broken[-1] ^= 1
    with pytest.raises(Problem):
        stripped(bytes(broken))


def test_too_large_is_said_so():
    with pytest.raises(Problem) as caught:
        stripped(png(tail=bytes(BYTES_MAX)))
    assert (caught.value.code.name, caught.value.facts) == ("avatar.too_large", {"bytes_max": BYTES_MAX})


@given(st.sampled_from([png(), jpeg(), webp()]), st.binary(max_size=200), st.integers(0, 200))
def test_whatever_comes_is_refused_or_kept_without_growing(picture, noise, at):
    mixed = picture[:at] + noise + picture[at + len(noise) :]
    try:
        kept = stripped(mixed)
    except Problem:
        return
    assert len(kept) <= len(mixed)
    assert stripped(kept) == kept
