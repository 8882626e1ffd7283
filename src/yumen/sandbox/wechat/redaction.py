"""What the call log of the WeChat sandbox hides: secrets, tokens, numbers; one-time codes are cut to six characters."""

from __future__ import annotations

from typing import Final

from yumen.sandbox.kit.redaction import Redaction

HIDDEN: Final = frozenset(
    (
        "secret",
        "appsecret",
        "access_token",
        "session_key",
        "signature",
        "phoneNumber",
        "purePhoneNumber",
        "phone_info",
        "encrypted_data",
    )
)
REDACTION: Final = Redaction(HIDDEN, shortened=frozenset({"js_code", "code"}))
