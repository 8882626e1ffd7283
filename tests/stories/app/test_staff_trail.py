"""Checkpoint and proofs over HTTP, checked by the rules of RFC 6962."""

from __future__ import annotations

from base64 import b64decode

from tests.stories.app.conftest import Town
from yumen.kit.crypto import sm3


async def test_a_leaf_is_proven_under_the_signed_root(town: Town) -> None:
    key = await town.clerk("auditor")
    nothing = await town.staff.ask("GET", "/staff/v1/trail/checkpoint", token=key)
    assert (nothing.status, nothing.json()["code"]) == (404, "trail.no_checkpoint")
    await town.visitor()
    first = await town.publish()
    await town.visitor()
    size = await town.publish()
    note = (await town.staff.ask("GET", "/staff/v1/trail/checkpoint", token=key)).body.decode().splitlines()
    assert int(note[1]) == size
    for index in (0, first, size - 1):
        answer = await town.staff.ask(
            "GET", f"/staff/v1/trail/leaves/{index}", query=f"size={size}".encode(), token=key
        )
        proof = answer.json()
        path = [b64decode(each) for each in proof["path"]]
        assert climbed(b64decode(proof["leaf"]), index, size, path) == b64decode(note[2])
    grown = await town.staff.ask(
        "GET", "/staff/v1/trail/consistency", query=f"old={first}&new={size}".encode(), token=key
    )
    assert (grown.json()["old"], len(grown.json()["path"]) > 0) == (first, True)
    beyond = await town.staff.ask("GET", f"/staff/v1/trail/leaves/{size}", query=f"size={size}".encode(), token=key)
    assert 400 <= beyond.status < 500
    backwards = await town.staff.ask("GET", "/staff/v1/trail/consistency", query=b"old=9999&new=1", token=key)
    assert 400 <= backwards.status < 500


def climbed(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2: the root that an inclusion proof leads to."""
    node, last, root = index, size - 1, sm3(b"\0" + leaf)
    for sibling in path:
        if node & 1 or node == last:
            root = sm3(b"\1" + sibling + root)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            root = sm3(b"\1" + root + sibling)
        node, last = node >> 1, last >> 1
    assert last == 0
    return root
