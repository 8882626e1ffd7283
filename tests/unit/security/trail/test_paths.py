"""Proofs against the recursive definitions of RFC 6962, and their checks against forgery."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.security.trail.trees import hashes, naive_consistency, naive_path, naive_root
from yumen.security.trail.merkle import EMPTY_ROOT, TILE, leaf_hash, node_hash
from yumen.security.trail.paths import Range, consistency_ranges, continues, includes, inclusion_ranges, pieces

SIZES = st.integers(1, 400)


def roots(ranges: list[Range]) -> list[bytes]:
    leaves = hashes(max(high for _, high in ranges)) if ranges else []
    return [naive_root(leaves[low:high]) for low, high in ranges]


@given(SIZES, st.data())
@settings(max_examples=80, deadline=None)
def test_an_inclusion_proof_is_the_audit_path_and_is_accepted(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = hashes(size)
    proof = roots(inclusion_ranges(index, size))
    assert proof == naive_path(index, leaves)
    assert includes(leaves[index], index, size, proof, naive_root(leaves))


@given(SIZES, st.data())
@settings(max_examples=80, deadline=None)
def test_a_changed_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = hashes(size)
    proof, root = roots(inclusion_ranges(index, size)), naive_root(leaves)
    assert not includes(leaf_hash(b"another"), index, size, proof, root)
    assert not includes(leaves[index], index, size, [*proof, root], root)
    assert not includes(leaves[index], size, size, proof, root)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        assert not includes(leaves[index], index, size, proof[:at] + proof[at + 1 :], root)
        assert not includes(leaves[index], index, size, [*proof[:at], root, *proof[at + 1 :]], root)


@given(SIZES, st.data())
@settings(max_examples=80, deadline=None)
def test_a_consistency_proof_is_that_of_the_rfc_and_is_accepted(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))
    leaves = hashes(new)
    proof = roots(consistency_ranges(old, new))
    assert proof == naive_consistency(old, leaves)
    assert continues(old, new, naive_root(leaves[:old]), naive_root(leaves), proof)


@given(st.integers(2, 300), st.data())
@settings(max_examples=80, deadline=None)
def test_a_tree_that_was_rewritten_does_not_continue_the_old_one(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    changed = data.draw(st.integers(0, old - 1))
    leaves = hashes(new)
    rewritten = [*leaves[:changed], leaf_hash(b"forged"), *leaves[changed + 1 :]]
    proof = [naive_root(rewritten[low:high]) for low, high in consistency_ranges(old, new)]
    assert not continues(old, new, naive_root(leaves[:old]), naive_root(rewritten), proof)


def test_trees_of_equal_size_continue_each_other_only_when_equal() -> None:
    one, other = naive_root(hashes(3)), node_hash(b"a", b"b")
    assert continues(3, 3, one, one, [])
    assert not continues(3, 3, one, other, [])
    assert not continues(4, 3, one, one, [])
    assert continues(0, 3, EMPTY_ROOT, one, [])
    assert not continues(0, 3, one, one, [])


@given(st.integers(0, 200_000), st.integers(1, 200_000))
def test_pieces_cover_their_range_and_never_cross_a_tile(index: int, more: int) -> None:
    size = index + more
    for low, high in inclusion_ranges(index, size):
        at = low
        for piece in pieces((low, high)):
            assert piece.start << 8 * piece.level == at
            assert piece.start // TILE == (piece.start + piece.count - 1) // TILE
            at += piece.count << 8 * piece.level
        assert at == high
