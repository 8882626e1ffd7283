"""Who acts besides shoppers and what they may do: staff and machines, their keys, the access table, four eyes."""

from yumen.security.access import admission, four_eyes, key_life
from yumen.security.access.authentication import KeyHolder, authenticate, is_token
from yumen.security.access.matrix import Route, render_matrix
from yumen.security.access.policies import allowed, policies
from yumen.security.access.store import HOLDINGS

__all__ = [
    "HOLDINGS",
    "KeyHolder",
    "Route",
    "admission",
    "allowed",
    "authenticate",
    "four_eyes",
    "is_token",
    "key_life",
    "policies",
    "render_matrix",
]
