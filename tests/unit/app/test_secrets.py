"""Small values of the system: sealed to their context, indexed by it, unreadable when touched."""

from __future__ import annotations

import pytest

from yumen.app.secrets import INDEX_BYTES, ProcessSecrets
from yumen.kit.errors import Problem

SECRETS = ProcessSecrets(bytes(range(32)))


async def test_a_value_opens_in_its_context_only() -> None:
    sealed = await SECRETS.seal("token", b"value")
    assert b"value" not in sealed
    assert await SECRETS.open("token", sealed) == b"value"
    for context, changed in (("push", sealed), ("token", sealed[:-1] + bytes([sealed[-1] ^ 1])), ("token", b"")):
        with pytest.raises(Problem, match=r"secrets\.unreadable"):
            await SECRETS.open(context, changed)
    with pytest.raises(Problem, match=r"secrets\.unreadable"):
        await ProcessSecrets(bytes(32)).open("token", sealed)


async def test_an_index_is_the_same_for_the_same_value_and_context_only() -> None:
    index = await SECRETS.index("nonce", b"1")
    assert (len(index), index) == (INDEX_BYTES, await SECRETS.index("nonce", b"1"))
    assert index != await SECRETS.index("nonce", b"2")
    assert index != await SECRETS.index("nonc", b"e\x001")
