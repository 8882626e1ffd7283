import base64
import json
from pathlib import Path

import pytest

from yumen.sandbox.wechatpay.aead import new_apiv3_key, nonce12, seal, sm4_key

VECTORS = Path(__file__).parents[3] / "vectors"
AES = json.loads((VECTORS / "wechatpay-aead.json").read_text(encoding="utf-8"))["cases"]
SM = json.loads((VECTORS / "wechatpay-sm.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [pytest.param(c, id=c["name"]) for c in AES if c["valid"]])
def test_sealing_gives_the_published_ciphertext(case):
    made = seal("RSA", case["apiv3_key"], case["nonce"], case["associated_data"], case["plaintext"].encode())
    assert made == case["ciphertext"]


@pytest.mark.parametrize("case", [pytest.param(c, id=c["name"]) for c in SM["aead"] if c["valid"]])
def test_sealing_in_the_sm_variant_gives_the_published_ciphertext(case):
    made = seal("SM2", SM["apiv3_key"], case["nonce"], case["associated_data"], case["plaintext"].encode())
    assert made == case["ciphertext"]


def test_the_sm4_key_is_half_of_the_digest():
    assert sm4_key(SM["apiv3_key"]).hex() == SM["sm4_key"]


def test_nonces_and_keys_have_the_shape_of_the_real_ones():
    assert len(nonce12()) == 12
    assert nonce12() != nonce12()
    assert len(new_apiv3_key()) == 32
    assert len(base64.b64decode(seal("RSA", new_apiv3_key(), nonce12(), "", b""))) == 16
