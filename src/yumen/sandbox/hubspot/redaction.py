"""What the call log of this sandbox hides. (The book of letters keeps everything but the token, for tests.)"""

from __future__ import annotations

from typing import Final

from yumen.sandbox.kit.redaction import Redaction

REDACTION: Final = Redaction(
    hidden=frozenset(("access_token", "refresh_token", "token", "message", "properties", "context", "errors"))
)
