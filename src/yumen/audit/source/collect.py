"""The source code of an audited folder as evidence: find programs, read their files, keep facts only."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from yumen.audit.source import config, light, sections, styles, template, vendor, words
from yumen.audit.source.cache import Cache
from yumen.audit.source.decode import to_utf8
from yumen.audit.source.facts import Facts
from yumen.audit.source.lower import TooDeepError, lower
from yumen.audit.source.memory import without_collecting
from yumen.audit.source.program import Program
from yumen.audit.source.roots import Root, roots
from yumen.audit.source.styles import Style
from yumen.audit.source.tree import SCRIPTS, STYLES, TEMPLATES, File, Skipped, Tree, walk

Progress = Callable[[int, int], None]
"""Files read, files to read."""


class SourceSettings(msgspec.Struct, frozen=True):
    """What may be decided from outside. `exclude`: paths below the root. `cache`: a folder for facts of former runs."""

    exclude: tuple[str, ...] = ()
    cache: Path | None = None


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
    reading = _Reading(base, tree, Cache.open(settings.cache), progress)
    reading.total = sum(len(one.files) for one in found)
    programs = tuple(reading.program(one) for one in found)
    reading.cache.save()
    facts = [one for program in programs for one in program.facts]
    return SourceEvidence(
        programs=programs,
        skipped=tuple(sorted(tree.skipped, key=lambda one: one.path)),
        lightly=tuple(Skipped(one.path, one.light) for one in facts if one.light),
        broken=tuple(one.path for one in facts if one.broken),
        files=reading.done,
        lines=sum(one.lines for one in facts),
        outside=len(tree.files) - sum(len(one.files) for one in found),
        digest=reading.digest.hexdigest(),
    )


def _silent(_done: int, _total: int) -> None:
    """No progress wanted."""


class _Reading:
    """One run over the files; equal contents are read once."""

    def __init__(self, base: Path, tree: Tree, cache: Cache, progress: Progress) -> None:
        self.base = base
        self.tree = tree
        self.cache = cache
        self.progress = progress
        self.digest = hashlib.sha256()
        self.done = 0
        self.total = 0

    def program(self, root: Root) -> Program:
        facts: list[Facts] = []
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
                facts.append(self._facts(file, source))
        app = root.app(configs, facts)
        images = tuple(one for one in self.tree.weighed if one.path.startswith(root.prefix))
        return Program(root.path, root.kind, app, tuple(facts), tuple(styles_), configs, images, tuple(root.files))

    def _read(self, file: File) -> bytes | None:
        try:
            data = (self.base / file.path).read_bytes()
        except OSError:
            self.tree.skipped.append(Skipped(file.path, "unreadable"))
            return None
        self.digest.update(f"{file.path}\0{len(data)}\0".encode("utf-8", "surrogatepass"))
        self.digest.update(data)
        self.done += 1
        if self.done % 50 == 0 or self.done == self.total:
            self.progress(self.done, self.total)
        return to_utf8(data)[0]

    def _facts(self, file: File, source: bytes) -> Facts:
        reason = _light_reason(file, source)
        kind = f"{file.suffix}:{reason}"
        known = self.cache.get(kind, source, file.path)
        if known is not None:
            return known
        facts = read_file(file, source, reason)
        self.cache.put(kind, source, facts)
        return facts


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
