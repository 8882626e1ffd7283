"""SM2 keys: what one signs the other verifies; what is not a key or a signature is refused, in both libraries."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gmssl_pyx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yumen.kit.crypto.aead import BadTag
from yumen.kit.crypto.der import BadEncoding, der_of_raw_signature, raw_of_der_signature
from yumen.kit.crypto.sm2 import N, P, Sm2PrivateKey, Sm2PublicKey, on_curve
from yumen.kit.crypto.sm2_library import BadKey

KEY = Sm2PrivateKey.generate()


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300), st.binary(min_size=1, max_size=40))
def test_a_signature_is_verified_under_its_message_and_id_only(message, identity):
    signature = KEY.sign(message, identity)
    assert KEY.public.verify(message, signature, identity)
    assert not KEY.public.verify(message + b"\0", signature, identity)
    assert not KEY.public.verify(message, signature, identity + b"\0")
    assert not Sm2PrivateKey.generate().public.verify(message, signature, identity)


def test_another_library_verifies_and_signs():
    xy = KEY.public.point[1:]
    assert gmssl_pyx.sm2_verify(xy, b"message", KEY.sign(b"message"))
    assert KEY.public.verify(b"message", gmssl_pyx.sm2_sign(KEY.scalar, xy, b"message"))


def test_another_library_opens_and_encrypts():
    assert gmssl_pyx.sm2_decrypt(KEY.scalar, KEY.public.encrypt(b"message")) == b"message"
    assert KEY.decrypt(gmssl_pyx.sm2_encrypt(KEY.public.point[1:], b"message")) == b"message"


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=1, max_size=255))
def test_what_is_encrypted_opens(plain):
    assert KEY.decrypt(KEY.public.encrypt(plain)) == plain


def test_every_changed_byte_of_a_signature_is_refused():
    signature = KEY.sign(b"message")
    for place in range(len(signature)):
        changed = bytearray(signature)
        changed[place] ^= 1
        assert not KEY.public.verify(b"message", bytes(changed)), place


def test_every_changed_byte_of_a_ciphertext_is_refused():
    sealed = KEY.public.encrypt(b"message")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(BadTag):
            KEY.decrypt(bytes(changed))


@given(st.binary(max_size=100))
def test_random_bytes_are_no_signature_and_no_ciphertext(data):
    assert not KEY.public.verify(b"message", data)
    with pytest.raises(BadTag):
        KEY.decrypt(data)


def test_zero_and_the_order_are_refused_in_signatures():
    for r, s in ((0, 1), (1, 0), (N, 1), (1, N)):
        assert not KEY.public.verify(b"message", der_of_raw_signature(r.to_bytes(32) + s.to_bytes(32)))


def test_signatures_convert_to_raw_and_back():
    signature = KEY.sign(b"message")
    assert len(raw_of_der_signature(signature)) == 64
    assert KEY.public.verify(b"message", der_of_raw_signature(raw_of_der_signature(signature)))


@pytest.mark.parametrize("number", [0, N - 1, N, 2**256 - 1])
def test_a_private_key_out_of_range_is_refused(number):
    with pytest.raises(BadKey):
        Sm2PrivateKey(number.to_bytes(32))


def test_a_pair_that_is_none_is_refused():
    with pytest.raises(BadKey, match="pair"):
        Sm2PrivateKey(KEY.scalar, Sm2PrivateKey.generate().public.point)


def test_a_point_off_the_curve_is_refused():
    x, y = KEY.public.point[1:33], KEY.public.point[33:]
    off = b"\4" + x + ((int.from_bytes(y) + 1) % P).to_bytes(32)
    assert on_curve(KEY.public.point)
    for point in (off, b"\4" + bytes(64), b"\2" + x, b"", b"\4" + b"\xff" * 64):
        with pytest.raises(BadKey):
            Sm2PublicKey(point)


@pytest.mark.parametrize("size", [0, 256])
def test_only_short_texts_are_encrypted(size):
    with pytest.raises(ValueError, match="1 to 255"):
        KEY.public.encrypt(bytes(size))


def test_an_empty_id_is_refused():
    with pytest.raises(ValueError, match="id has"):
        KEY.sign(b"message", b"")


def test_keys_survive_being_written_down():
    for text in (KEY.pem(), KEY.der(), KEY.sec1(), KEY.pem().encode()):
        assert Sm2PrivateKey.load(text).scalar == KEY.scalar
    for text in (KEY.public.pem(), KEY.public.der()):
        assert Sm2PublicKey.load(text).point == KEY.public.point
    with pytest.raises(BadEncoding):
        Sm2PublicKey.load(KEY.pem())


def test_a_printed_key_keeps_its_secret():
    assert KEY.scalar.hex() not in repr(KEY)
    assert KEY.public.point.hex() in repr(KEY)


def test_one_key_serves_several_threads():
    with ThreadPoolExecutor(4) as threads:
        signed = list(threads.map(lambda n: KEY.sign(b"%d" % n), range(200)))
        assert all(threads.map(lambda n: KEY.public.verify(b"%d" % n, signed[n]), range(200)))


def test_wechat_pays_published_signature_is_verified():
    known = json.loads((Path(__file__).parents[3] / "vectors" / "wechatpay_sm2.json").read_text())
    key = Sm2PrivateKey.load(known["private_key_pem"])
    for example in known["signatures"]:
        signature = bytes.fromhex(example["signature"])
        assert key.public.verify(example["message"].encode(), signature) is example["valid"]
