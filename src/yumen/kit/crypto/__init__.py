"""SM2, SM3, SM4-GCM and AES-256-GCM behind one small face.

SM3, SM4-GCM and AES-GCM come from `cryptography`; SM2 from the system's libcrypto 3 through ctypes, or from gmssl-pyx
where libcrypto lacks it. Nothing here knows what is being sealed or signed. Keys are plain bytes or `Sm2…Key` objects;
randomness comes from the operating system.
"""

from yumen.kit.crypto.aead import (
    Aes256Gcm,
    BadTag,
    Sm4Gcm,
    aes_gcm_open,
    aes_gcm_seal,
    sm4_gcm_open,
    sm4_gcm_seal,
)
from yumen.kit.crypto.der import BadEncoding, der_of_raw_signature, raw_of_der_signature
from yumen.kit.crypto.digest import HmacSm3, Sm3, hmac_sm3, sm3
from yumen.kit.crypto.rsa import Sign, rsa_signing
from yumen.kit.crypto.sm2 import DEFAULT_ID, Sm2PrivateKey, Sm2PublicKey
from yumen.kit.crypto.sm2_engine import engine_report, use_library
from yumen.kit.crypto.sm2_library import BadKey, EngineReport, Sm2Unavailable

__all__ = [
    "DEFAULT_ID",
    "Aes256Gcm",
    "BadEncoding",
    "BadKey",
    "BadTag",
    "EngineReport",
    "HmacSm3",
    "Sign",
    "Sm2PrivateKey",
    "Sm2PublicKey",
    "Sm2Unavailable",
    "Sm3",
    "Sm4Gcm",
    "aes_gcm_open",
    "aes_gcm_seal",
    "der_of_raw_signature",
    "engine_report",
    "hmac_sm3",
    "raw_of_der_signature",
    "rsa_signing",
    "sm3",
    "sm4_gcm_open",
    "sm4_gcm_seal",
    "use_library",
]
