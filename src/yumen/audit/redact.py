"""Show that a value is there without showing it: facts and snippets never print a secret or a person's value."""

from __future__ import annotations

import re
from typing import Final

SHOWN_MAX: Final = 4
"""Leading characters of a secret that are shown, so that its owner recognises it; at most a sixth of it."""

_PERSONAL: Final = re.compile(
    r"(?<!\d)(?:"
    r"1[3-9]\d{9}"  # mobile number
    r"|[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"  # resident ID number
    r"|[3-6]\d{15,18}"  # bank card
    r")(?!\d)"
    r"|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+"
    r"|\bo[A-Za-z0-9_-]{27}\b"  # openid
)
_SECRET: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\b(?:AKID|AKIA|LTAI|ASIA)[0-9A-Za-z]{12,}"
    r"|\b(?:ghp|gho|github_pat|sk_live|sk_test|xox[abp])[_-][0-9A-Za-z_-]{16,}"
    r"|\beyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]*"
    r"|\b[0-9a-f]{32}\b|\b[0-9a-f]{40}\b|\b[0-9a-f]{64}\b"
)


def secret(value: str) -> str:
    """`wx3f…` with the length: enough to find it, not to use it."""
    shown = value[: min(SHOWN_MAX, len(value) // 6)]
    return f"{shown}… ({len(value)})"


def personal(value: str) -> str:
    """The first and last character of a value with a seal between, as long as the value (at most 12)."""
    if len(value) <= 2:
        return "▒" * len(value)
    return value[0] + "▒" * min(len(value) - 2, 12) + value[-1]


def scrub(text: str) -> str:
    """Text for a snippet or a fact, with whatever looks like a secret or a person's value replaced."""
    text = _SECRET.sub(lambda found: secret(found.group().replace("\n", " ")), text)
    return _PERSONAL.sub(lambda found: personal(found.group()), text)
