"""`GET /v3/certificates`: the platform certificates, sealed under the API v3 key."""

from __future__ import annotations

from yumen.sandbox.wechatpay.aead import ALGORITHM, nonce12, seal
from yumen.sandbox.wechatpay.beijing import written
from yumen.sandbox.wechatpay.calls import Call, Fields, Said
from yumen.sandbox.wechatpay.records import Merchant, PlatformKey
from yumen.sandbox.wechatpay.refusals import Refusal


def certificates(call: Call) -> Said:
    """The valid ones, newest first; 404 for merchants in public-key mode."""
    merchant = call.known()
    if merchant.key_mode == "public_key" and merchant.scheme == "RSA":
        raise Refusal("RESOURCE_NOT_EXISTS", "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥")
    asked = call.request.query.get("algorithm_type", "")
    if asked not in ("", "RSA", "SM2", "ALL"):
        raise Refusal("PARAM_ERROR", field="algorithm_type", value=asked[:32], location="query")
    scheme = "SM2" if asked == "SM2" or (not asked and merchant.scheme == "SM2") else "RSA"
    valid = [key for key in call.world.platform.values() if key.scheme == scheme or asked == "ALL"]
    valid.sort(key=lambda key: key.effective_at, reverse=True)
    return Said({"data": [_sealed(merchant, key) for key in valid]})


def _sealed(merchant: Merchant, key: PlatformKey) -> Fields:
    nonce = nonce12()
    return {
        "serial_no": key.serial,
        "effective_time": written(key.effective_at),
        "expire_time": written(key.expires_at),
        "encrypt_certificate": {
            "algorithm": ALGORITHM[merchant.scheme],
            "nonce": nonce,
            "associated_data": "certificate",
            "ciphertext": seal(merchant.scheme, merchant.apiv3_key, nonce, "certificate", key.certificate_pem.encode()),
        },
    }
