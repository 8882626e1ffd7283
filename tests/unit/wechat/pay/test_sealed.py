"""Opening and encrypting; the published samples are in tests/vectors."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.crypto import Sm2PrivateKey
from yumen.kit.errors import Problem
from yumen.wechat.pay.platform import NEVER, PlatformKey, RsaVerifier, SmVerifier
from yumen.wechat.pay.sealed import Resource, decrypt_field, encrypt_field, open_resource
from yumen.wechat.pay.signing import RsaSigner, SmSigner

KEYS = [b"a" * 32, b"b" * 32]


def test_the_former_key_still_opens(shop):
    resource = Resource(**shop.seal(b"told", key=KEYS[1]))
    assert open_resource(KEYS, resource) == b"told"
    with pytest.raises(Problem, match=r"wechat_pay\.unopened"):
        open_resource(KEYS[:1], resource)


def test_absent_associated_data_is_empty_data(shop):
    sealed = shop.seal(b"told", "", KEYS[0]) | {"associated_data": None}
    assert open_resource(KEYS, Resource(**sealed)) == b"told"


@given(st.sampled_from(["AEAD_AES_256_GCM", "AEAD_SM4_GCM", "other"]), st.text(max_size=80), st.text(max_size=16))
def test_what_was_never_sealed_is_a_coded_problem(algorithm, ciphertext, nonce):
    for text in (ciphertext, b64encode(ciphertext.encode()).decode()):
        with pytest.raises(Problem, match=r"wechat_pay\.unopened"):
            open_resource(KEYS, Resource(algorithm, text, nonce))


def test_fields_have_a_longest_length(merchant_key):
    rsa_key = PlatformKey("R", RsaVerifier(merchant_key.public_key()), NEVER, NEVER)
    longest = "玉" * 71 + "x"
    assert decrypt_field(RsaSigner(merchant_key), encrypt_field(rsa_key, longest)) == longest
    with pytest.raises(Problem, match=r"wechat_pay\.field_too_long"):
        encrypt_field(rsa_key, longest + "x")
    sm = Sm2PrivateKey.generate()
    sm_key = PlatformKey("S", SmVerifier(sm.public), NEVER, NEVER)
    assert decrypt_field(SmSigner(sm), encrypt_field(sm_key, "x" * 255)) == "x" * 255
    for wrong in ("", "x" * 256):
        with pytest.raises(Problem, match=r"wechat_pay\.field_too_long"):
            encrypt_field(sm_key, wrong)


@pytest.mark.parametrize("sealed", ["", "%%", "AAAA", "A" * 344])
def test_a_field_that_is_not_ours_is_a_coded_problem(merchant_key, sealed):
    for signer in (RsaSigner(merchant_key), SmSigner(Sm2PrivateKey.generate())):
        with pytest.raises(Problem, match=r"wechat_pay\.unopened"):
            decrypt_field(signer, sealed)
