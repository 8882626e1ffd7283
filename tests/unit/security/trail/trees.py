"""The definitions of RFC 6962 section 2.1, word for word and slow."""

from yumen.security.trail.merkle import EMPTY_ROOT, leaf_hash, node_hash


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % at) for at in range(count)]


def naive_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_consistency(old: int, leaves: list[bytes]) -> list[bytes]:
    return [] if old == 0 else _subproof(old, leaves, whole=True)


def _subproof(old: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    split = _split(len(leaves))
    if old <= split:
        return [*_subproof(old, leaves[:split], whole=whole), naive_root(leaves[split:])]
    return [*_subproof(old - split, leaves[split:], whole=False), naive_root(leaves[:split])]


def _split(size: int) -> int:
    split = 1
    while split * 2 < size:
        split *= 2
    return split
