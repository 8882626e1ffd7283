"""What of an URL may be written into a log: no secret, no personal value.

Values of a query are hidden unless their name is known to be harmless, so that a parameter nobody thought of
(`js_code`, `openid`, `access_token`) stays hidden too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

HARMLESS: Final = frozenset({"appid", "grant_type", "sig_method", "lang", "page", "limit"})
HIDDEN: Final = "…"
LENGTH_MAX: Final = 300


def loggable(url: str, query: Mapping[str, str] | None = None) -> str:
    """Host, path and the names of the query; user information and fragment are dropped."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True) + list((query or {}).items())
    shown = "&".join(f"{name}={value if name in HARMLESS else HIDDEN}" for name, value in pairs)
    host = parts.netloc.rpartition("@")[2]
    return f"{host}{parts.path}{'?' if shown else ''}{shown}"[:LENGTH_MAX]
