"""Patterns of names that people give to things and that the trail tells: codes of reasons, contracts, sources.

Words of small letters and digits, joined one by one; with so few digits that none can be somebody's number. Whoever
takes such a name from outside bounds it by these: what the trail cannot tell is refused at the door, not in the act.
"""

from __future__ import annotations

from typing import Final

DIGITS_MAX: Final = 8
"""Of one name; a phone number has more."""

_FEW_DIGITS: Final = rf"(?!(?:[^0-9]*[0-9]){{{DIGITS_MAX + 1}}})"

SNAKE: Final = f"^{_FEW_DIGITS}[a-z][a-z0-9]*(?:_[a-z0-9]+)*$"
"""`mended_at_hq`"""
KEBAB: Final = f"^{_FEW_DIGITS}[a-z][a-z0-9]*(?:-[a-z0-9]+)*$"
"""`members-to-hq`"""
EITHER: Final = f"^{_FEW_DIGITS}[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*$"
