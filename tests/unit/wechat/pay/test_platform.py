"""WeChat Pay's own keys: read, named, and never trusted beyond their time."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.crypto import Sm2PrivateKey
from yumen.wechat.pay.platform import BadPlatformKey, RsaVerifier, SmVerifier, of_certificate, of_public_key
from yumen.wechat.pay.signing import Suite

NOW = datetime.now(UTC)


def test_a_certificate_is_named_by_its_serial_and_lives_its_time(platform_key, shop):
    key = of_certificate(shop.certificate(platform_key, 0x440024045C4A427599D09BB4E3DE0279F2E813FD, days=2).encode())
    assert key.serial == "440024045C4A427599D09BB4E3DE0279F2E813FD"
    assert [key.lives(NOW + timedelta(days=days)) for days in (-2, 0, 3)] == [False, True, False]


def test_a_public_key_never_expires(public_pem):
    key = of_public_key("PUB_KEY_ID_1", public_pem)
    assert key.lives(NOW + timedelta(days=36500))
    assert (key.serial, key.verifier.suite) == ("PUB_KEY_ID_1", Suite.RSA)


def test_weak_and_foreign_keys_are_refused(platform_key, shop):
    short = rsa.generate_private_key(65537, 1024)
    with pytest.raises(BadPlatformKey):
        of_certificate(shop.certificate(short, 1).encode())
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(BadPlatformKey):
        of_public_key("PUB_KEY_ID_1", curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(BadPlatformKey):
        of_certificate(shop.certificate(platform_key, 1).encode(), Suite.SM)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_rubbish_is_no_key(rubbish):
    for read in (of_certificate, lambda pem: of_certificate(pem, Suite.SM), lambda pem: of_public_key("P", pem)):
        with pytest.raises(BadPlatformKey):
            read(rubbish)


@given(st.text(max_size=400))
def test_a_malformed_signature_is_just_false(rubbish):
    assert not SmVerifier(SM.public).verify(b"message", rubbish)
    assert not RsaVerifier(RSA.public_key()).verify(b"message", rubbish)


SM = Sm2PrivateKey.generate()
RSA = rsa.generate_private_key(65537, 2048)
