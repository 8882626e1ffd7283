"""What the call log of the WeChat Pay sandbox hides: the payer, tokens, sealed fields, signed texts."""

from __future__ import annotations

from typing import Final

from yumen.sandbox.kit.redaction import Redaction

REDACTION: Final = Redaction(
    frozenset(("openid", "token", "bank_account", "real_name", "ciphertext", "download_url", "sign_message"))
)
