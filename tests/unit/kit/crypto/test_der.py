"""DER is read strictly and written canonically; nothing malformed passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.crypto import der

RAW = st.binary(min_size=64, max_size=64)


@given(RAW)
def test_a_raw_signature_survives_the_way_there_and_back(raw):
    assert der.raw_of_der_signature(der.der_of_raw_signature(raw)) == raw


def test_short_and_high_numbers_are_padded_as_der_wants():
    raw = bytes(31) + b"\x7f" + b"\x80" + bytes(31)
    assert der.der_of_raw_signature(raw).hex() == "302602017f022100" + "80" + "00" * 31


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30",
        "3006020101020101ff",  # something behind the end
        "30060201010201",  # cut short
        "300702020001020101",  # a padded integer
        "3006020181020101",  # a negative integer
        "308106020101020101",  # a long length where a short one does
        "30800201010201010000",  # an indefinite length
        "3106020101020101",  # a SET
        "3026" + "0221" + "01" * 33 + "020101",  # over 256 bits
        "3003020101",  # one number
        "30050200020101",  # an empty integer
    ],
)
def test_what_is_not_der_is_refused(text):
    with pytest.raises(der.BadEncoding):
        der.raw_of_der_signature(bytes.fromhex(text))


@given(st.binary(max_size=200))
def test_random_bytes_never_give_anything_but_a_refusal(data):
    for read in (der.raw_of_der_signature, der.read_spki, der.read_private):
        with pytest.raises(der.BadEncoding):
            read(data)


def test_a_raw_signature_has_sixty_four_bytes():
    with pytest.raises(der.BadEncoding):
        der.der_of_raw_signature(bytes(63))


def test_keys_survive_the_way_there_and_back():
    scalar, point = bytes(31) + b"\5", b"\4" + bytes(64)
    assert der.read_private(der.sec1(scalar, point)) == (scalar, point)
    assert der.read_private(der.sec1(scalar, None)) == (scalar, None)
    assert der.read_private(der.pkcs8(scalar, point)) == (scalar, point)
    assert der.read_spki(der.spki(point)) == point


def test_a_key_of_another_curve_is_refused():
    p256 = bytes.fromhex("06082a8648ce3d030107")
    spki = der.wrap(der.SEQUENCE, der.wrap(der.SEQUENCE, der.wrap(der.OBJECT_ID, der.EC_PUBLIC_KEY), p256),
                    der.wrap(der.BIT_STRING, b"\0\4", bytes(64)))  # fmt: skip
    with pytest.raises(der.BadEncoding, match="curve SM2"):
        der.read_spki(spki)


def test_pem_is_found_among_other_blocks():
    text = der.pem("CERTIFICATE", b"\x30\x00") + der.pem("PUBLIC KEY", b"\x30\x01\x00")
    assert der.der_of(text, "PUBLIC KEY") == b"\x30\x01\x00"
    with pytest.raises(der.BadEncoding, match="no PEM block"):
        der.der_of(text, "PRIVATE KEY")
    with pytest.raises(der.BadEncoding, match="base64"):
        der.der_of("-----BEGIN PUBLIC KEY-----\nAAA\n-----END PUBLIC KEY-----", "PUBLIC KEY")


def test_pem_lines_have_sixty_four_characters():
    lines = der.pem("PUBLIC KEY", bytes(100)).splitlines()
    assert [len(line) for line in lines[1:-2]] == [64, 64]
