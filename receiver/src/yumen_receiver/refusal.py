"""Why an envelope is not taken: a code, facts without personal values, and for a replay the receipt given before."""

from __future__ import annotations


class RefusedError(Exception):
    """Not taken. `code` has its sentence in `locales/`; nothing of the content was handed out."""

    def __init__(self, code: str, receipt: bytes | None = None, **facts: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
        self.receipt = receipt
