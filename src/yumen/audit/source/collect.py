"""The source code of an audited folder as evidence: find programs, read their files, keep facts only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from yumen.audit.source import config, light, sections, styles, template, vendor, words
from yumen.audit.source.cache import Cache, decode, encode, key_of
from yumen.audit.source.decode import to_utf8
from yumen.audit.source.facts import Facts
from yumen.audit.source.files import READY_BYTES, Files
from yumen.audit.source.lower import TooDeepError, lower
from yumen.audit.source.memory import without_collecting
from yumen.audit.source.program import Program
from yumen.audit.source.roots import Root, roots
from yumen.audit.source.styles import Style
from yumen.audit.source.tree import SCRIPTS, STYLES, TEMPLATES, File, Skipped, Tree, walk

Progress = Callable[[int, int], None]
"""Files read, files to read."""


class SourceSettings(msgspec.Struct, frozen=True):
    """What may be decided from outside. `exclude`: paths below the root. `cache`: a folder for facts of former runs.
    `ready_bytes`: of source, whose facts lie ready in memory."""

    exclude: tuple[str, ...] = ()
    cache: Path | None = None
    ready_bytes: int = READY_BYTES


class SourceEvidence(msgspec.Struct, frozen=True):
    """Everything rules may know about source code. Paths are relative to the audited root."""

    programs: tuple[Program, ...]
    skipped: tuple[Skipped, ...]
    lightly: tuple[Skipped, ...]
    """Files of which only the traces were read, and why."""
    broken: tuple[str, ...]
    """Files with syntax errors; what could be read around them was read."""
    files: int
    """Files read."""
    lines: int
    outside: int
    """Files that belong to no mini-program (a server, tools) and were not judged."""
    digest: str
    """SHA-256 over paths and contents of what was read."""


def collect_source(root: Path, settings: SourceSettings, progress: Progress | None = None) -> SourceEvidence:
    """Read all mini-programs below a folder (or a single file). Nothing is executed, no link is followed."""
    with without_collecting():
        return _collected(root, settings, progress or _silent)


def _collected(root: Path, settings: SourceSettings, progress: Progress) -> SourceEvidence:
    tree = walk(root, settings.exclude)
    base = root.parent if root.is_file() else root
    found, built = roots(base, tree)
    tree.skipped += [Skipped(path, "build_output") for path in built]
    reading = _Reading(base, tree, Cache.open(settings.cache, base), progress, settings.ready_bytes)
    reading.total = sum(len(one.files) for one in found)
    programs = tuple(reading.program(one) for one in found)
    reading.cache.save()
    return SourceEvidence(
        programs=programs,
        skipped=tuple(sorted(tree.skipped, key=lambda one: one.path)),
        lightly=tuple(reading.lightly),
        broken=tuple(reading.broken),
        files=reading.done,
        lines=reading.lines,
        outside=len(tree.files) - sum(len(one.files) for one in found),
        digest=reading.digest.hexdigest(),
    )


def _silent(_done: int, _total: int) -> None:
    """No progress wanted."""


class _Reading:
    """One run over the files; equal contents are read once."""

    def __init__(self, base: Path, tree: Tree, cache: Cache, progress: Progress, ready_bytes: int) -> None:
        self.base = os.fspath(base)
        self.tree = tree
        self.cache = cache
        self.progress = progress
        self.ready_bytes = ready_bytes
        self.digest = hashlib.sha256()
        self.done = 0
        self.total = 0
        self.lines = 0
        self.lightly: list[Skipped] = []
        self.broken: list[str] = []
        self._known: dict[bytes, Facts | bytes] = {}

    def program(self, root: Root) -> Program:
        files = Files(self.ready_bytes)
        styles_: list[Style] = []
        configs: dict[str, config.Config] = {}
        for file in root.files:
            source = self._read(file)
            if source is None:
                continue
            if file.suffix in STYLES:
                styles_.append(styles.read(file.path, source))
            elif file.suffix == ".json":
                data = config.read_json(source)
                if isinstance(data, dict):
                    configs[file.path] = config.Config(file.path, data, source)
                else:
                    self.tree.skipped.append(Skipped(file.path, "no_json_object"))
            else:
                self._keep(files, file, source)
        app = root.app(configs, files)
        images = tuple(one for one in self.tree.weighed if one.path.startswith(root.prefix))
        return Program(root.path, root.kind, app, files, tuple(styles_), configs, images, tuple(root.files))

    def _read(self, file: File) -> bytes | None:
        try:
            with open(f"{self.base}/{file.path}", "rb", buffering=0) as opened:  # noqa: PTH123 a Path takes longer
                data = opened.read()
        except OSError:
            self.tree.skipped.append(Skipped(file.path, "unreadable"))
            return None
        self.digest.update(f"{file.path}\0{len(data)}\0".encode("utf-8", "surrogatepass"))
        self.digest.update(data)
        self.done += 1
        if self.done % 50 == 0 or self.done == self.total:
            self.progress(self.done, self.total)
        return to_utf8(data)[0]

    def _keep(self, files: Files, file: File, source: bytes) -> None:
        """The facts of a file, read now or before, go among those of its program."""
        reason = _light_reason(file, source)
        key = key_of(f"{file.suffix}:{reason}", source)
        facts, packed = self._remembered(key, file.path)
        if facts is None:
            facts = read_file(file, source, reason)
            if self.cache.is_kept:
                packed = encode(facts)
                self.cache.put(key, packed)
        self.lines += facts.lines
        if facts.light:
            self.lightly.append(Skipped(file.path, facts.light))
        if facts.broken:
            self.broken.append(file.path)
        self._known[key] = files.append(facts, packed) or facts

    def _remembered(self, key: bytes, path: str) -> tuple[Facts | None, bytes | None]:
        """Facts of that content from this run or an earlier one, told under this path."""
        known = self._known.get(key)
        if isinstance(known, Facts):
            return msgspec.structs.replace(known, path=path), None
        packed = known or self.cache.get(key)
        try:
            return (decode(packed, path), packed) if packed is not None else (None, None)
        except msgspec.DecodeError:
            return None, None


def _light_reason(file: File, source: bytes) -> str:
    minified = vendor.is_minified(source) and file.suffix in SCRIPTS
    if vendor.is_vendored(file.path):
        return "minified" if minified else "third_party"
    return "minified" if minified and len(source) > vendor.LOWERED_MAX else ""


def read_file(file: File, source: bytes, reason: str = "") -> Facts:
    """The facts of one script, template or Vue file. `reason` asks for a light reading."""
    if file.suffix in TEMPLATES:
        facts = Facts(path=file.path, size=len(source), lines=source.count(b"\n") + 1, tags=template.tags(source))
        facts.light = reason
    elif file.suffix == ".vue":
        facts = _vue(file, sections.for_wechat(source), reason)
    elif reason == "minified":
        facts = light.traces(file.path, source, reason)
    else:
        facts = _script(file, sections.for_wechat(source), _language(file.suffix))
        facts.light = facts.light or reason
    if facts.light:
        facts.held = light.held(source)
    facts.words = words.subjects(source)
    return facts


def _vue(file: File, source: bytes, reason: str) -> Facts:
    script, language, _setup = sections.script(source)
    facts = _script(file, script, language)
    facts.lines = source.count(b"\n") + 1
    facts.size = len(source)
    facts.tags = template.tags(sections.template(source)) + facts.tags
    facts.light = facts.light or reason
    return facts


def _script(file: File, source: bytes, language: str) -> Facts:
    try:
        return lower(file.path, source, language)
    except TooDeepError:
        return light.traces(file.path, source, "nested_too_deep")


def _language(suffix: str) -> str:
    return {".ts": "ts", ".tsx": "tsx"}.get(suffix, "js")
