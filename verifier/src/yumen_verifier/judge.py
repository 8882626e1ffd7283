"""Is this trail whole, and does it continue what was witnessed before? If not: which leaf, and what was done to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from yumen_verifier.diff import compare
from yumen_verifier.note import Checkpoint, Key, MalformedError, read_checkpoint, read_keys
from yumen_verifier.reference import Reference
from yumen_verifier.sm import leaf_hashes
from yumen_verifier.source import Source, read_bundle
from yumen_verifier.tree import HASH, WIDTH, subtree
from yumen_verifier.walk import Walk, leaves_of, walk

WHOLE: Final = "whole"
TAMPERED: Final = "tampered"
UNJUDGED: Final = "unjudged"
FINDINGS_MAX: Final = 200
HISTORY_MAX: Final = 256
UNJUDGEABLE: Final = frozenset({"checkpoint.missing", "keys.missing", "witness.unusable"})
NOTICES: Final = frozenset({"keys.unpinned"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: a code and facts for its text; `leaf` is the exact leaf (counted from 0) where there is one."""

    code: str
    leaf: int | None = None
    facts: dict[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Witness:
    """Something seen earlier and kept elsewhere: a checkpoint, and the export it came with if that was kept too."""

    name: str
    raw: bytes
    source: Source | None = None


@dataclass(slots=True)
class Report:
    findings: list[Finding] = field(default_factory=list)
    origin: str = ""
    size: int = 0
    root: bytes = b""
    key: int | None = None
    witnesses: int = 0

    @property
    def verdict(self) -> str:
        codes = {finding.code for finding in self.findings} - NOTICES
        if not codes:
            return WHOLE
        return UNJUDGED if codes <= UNJUDGEABLE else TAMPERED

    def add(self, code: str, leaf: int | None = None, **facts: int | str) -> None:
        self.findings.append(Finding(code, leaf, facts))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A witness whose checkpoint is to be believed."""

    name: str
    head: Checkpoint
    source: Source | None


def verify(
    export: Source,
    witnesses: Sequence[Witness] = (),
    pinned_keys: bytes | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Judge an export. `pinned_keys` is a key list got earlier or by another way; without it the export's is believed.

    Raises OSError where a file cannot be read.
    """
    report = Report()
    keys = _keys(export, pinned_keys, report)
    seen = _seen(witnesses, keys, report)
    head = _head(export, keys, seen, report)
    if head is None:
        return report
    report.witnesses = len(seen)
    seen = sorted([*seen, *_history(export, keys, report)], key=lambda one: one.head.size)
    found = walk(export, head.size, [witness.head.size for witness in seen], progress)
    if found.root == head.root and report.key is not None and not found.odd_bundles:
        _judge_past(export, found, seen, report)
    else:
        _judge_leaves(export, found, head, seen, report)
    _judge_files(found, report)
    del report.findings[FINDINGS_MAX:]
    return report


def _keys(export: Source, pinned: bytes | None, report: Report) -> list[Key]:
    """The signers to believe: the longer of the pinned and the exported list, which must begin alike."""
    raw = export.read("keys")
    if raw is None and pinned is None:
        report.add("keys.missing")
        return []
    if pinned is None:
        report.add("keys.unpinned")
    elif raw is None:
        raw = pinned
    elif not raw.startswith(pinned):
        report.add("keys.rolled_back" if pinned.startswith(raw) else "keys.forked")
        raw = pinned
    try:
        return read_keys(raw or b"")
    except MalformedError as wrong:
        report.add(str(wrong))
        return _keys_of(pinned)


def _keys_of(pinned: bytes | None) -> list[Key]:
    try:
        return read_keys(pinned) if pinned else []
    except MalformedError:
        return []


def _seen(witnesses: Sequence[Witness], keys: list[Key], report: Report) -> list[_Seen]:
    """The witnesses whose checkpoint is signed by a key that was in office."""
    seen = []
    for witness in witnesses:
        head = _trusted(witness.raw, keys)
        if head is None:
            report.add("witness.unusable", witness=witness.name)
        else:
            seen.append(_Seen(witness.name, head, witness.source))
    return seen


def _history(export: Source, keys: list[Key], report: Report) -> list[_Seen]:
    """The newest older checkpoints that the export itself brings; each must be signed as well."""
    seen = []
    for name in export.names("history")[-HISTORY_MAX:] if keys else []:
        path = f"history/{name}"
        head = _trusted(export.read(path) or b"", keys)
        if head is None:
            report.add("history.altered", path=path)
        else:
            seen.append(_Seen(path, head, None))
    return seen


def _trusted(raw: bytes, keys: list[Key]) -> Checkpoint | None:
    try:
        head = read_checkpoint(raw)
    except MalformedError:
        return None
    return head if head.trust(keys) is None else None


def _head(export: Source, keys: list[Key], seen: list[_Seen], report: Report) -> Checkpoint | None:
    """The export's own checkpoint, trusted or not; `report.key` says which key in office signed it."""
    raw = export.read("checkpoint")
    if raw is None:
        report.add("checkpoint.missing")
        for witness in seen:
            report.add("log.rolled_back", 0, size=0, witnessed=witness.head.size, witness=witness.name)
        return None
    try:
        head = read_checkpoint(raw)
    except MalformedError as wrong:
        report.add(str(wrong))
        return None
    report.origin, report.size, report.root = head.origin, head.size, head.root
    problem = head.trust(keys)
    if problem is None:
        report.key = next(key.number for key in reversed(keys) if key.in_office(head.size))
    elif keys:
        report.add(problem, size=head.size)
    return head


def _judge_past(export: Source, found: Walk, seen: list[_Seen], report: Report) -> None:
    """The export is sound in itself: does it continue what was witnessed?"""
    named = False
    for witness in seen:
        old = witness.head
        believed = Reference(witness.source, old.size) if witness.source else None
        if believed is not None and not believed.leads_to(old.root):
            believed = None
        if old.size <= found.size:
            if found.roots_at[old.size] == old.root:
                continue
        elif believed is None or believed.root_at(found.size) in (None, found.root):
            report.add("log.rolled_back", found.size, size=found.size, witnessed=old.size, witness=witness.name)
            continue
        report.add("log.forked", size=old.size, witness=witness.name)
        if believed is not None and not named:
            _name_acts(export, found, believed, report)
            named = True


def _judge_leaves(export: Source, found: Walk, head: Checkpoint, seen: list[_Seen], report: Report) -> None:
    """The leaves do not lead to a signed root: name them by whatever can be believed."""
    witnessed = _reference(seen)
    own = Reference(export, head.size, witnessed)
    believed = own if report.key is not None and own.leads_to(head.root) else witnessed
    before = len(report.findings)
    if believed is not None:
        _name_acts(export, found, believed, report)
        _name_unknown(export, believed, report)
    if len(report.findings) == before:
        for leaf in found.absent:
            report.add("leaf.deleted", leaf)
    if len(report.findings) == before:
        _narrow_down(found, head, seen, report)


def _reference(seen: list[_Seen]) -> Reference | None:
    """The tiles of the largest witness that lead to its signed root."""
    for witness in reversed(seen):
        if witness.source is not None:
            found = Reference(witness.source, witness.head.size)
            if found.leads_to(witness.head.root):
                return found
    return None


def _narrow_down(found: Walk, head: Checkpoint, seen: list[_Seen], report: Report) -> None:
    """No tile to be believed: between which signed roots does the change lie?"""
    known = {one.head.size: one.head.root for one in seen if one.head.size in found.roots_at}
    broken = [size for size, root in known.items() if found.roots_at[size] != root]
    if broken or found.root != head.root:
        last = min(broken, default=found.size)
        sound = [size for size, root in known.items() if found.roots_at[size] == root and size < last]
        report.add("leaves.altered", first=max(sound, default=0), last=last - 1)


def _name_acts(export: Source, found: Walk, believed: Reference, report: Report) -> None:
    open_end = believed.size < found.size
    for act in compare(leaves_of(export, found.size), believed.leaves(), open_end=open_end):
        facts = {} if act.other is None else {"other": act.other}
        report.add(act.code, act.leaf, **facts)


def _name_unknown(export: Source, believed: Reference, report: Report) -> None:
    """A leaf tile was altered together with its leaves: only the tile above still tells that they are wrong."""
    if any(finding.leaf is not None for finding in report.findings):
        return
    for n in range(believed.size // WIDTH):
        if believed.tile(0, n) is None:
            bundle = read_bundle(export, n)
            row = b"".join(leaf_hashes(bundle.bodies)) if bundle else b""
            if len(row) != WIDTH * HASH or subtree(row) != believed.root_of(n):
                report.add("leaves.altered", first=n * WIDTH, last=n * WIDTH + WIDTH - 1)


def _judge_files(found: Walk, report: Report) -> None:
    if any(finding.leaf is not None for finding in report.findings):
        return  # the leaf says it all; its tiles differ because of it
    for level, n in found.odd_tiles:
        report.add("tile.altered", level=level, tile=n)
    for level, n in found.missing_tiles:
        report.add("tile.missing", level=level, tile=n)
    for n in found.torn_bundles:
        report.add("bundle.torn", bundle=n)
