"""Turn the world into typed evidence: each collector reads what was declared, and only what a chosen rule asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from yumen.audit.declaration import Declaration, Domains, Filings, Flows, Service
from yumen.audit.evidence.access import AccessList, read_access
from yumen.audit.evidence.contracts import ContractTexts, read_contracts
from yumen.audit.evidence.database import read_database
from yumen.audit.evidence.egress import EgressLog, read_egress
from yumen.audit.evidence.guide import Guide, read_guide
from yumen.audit.evidence.hosts import Probes, place_all, read_probes
from yumen.audit.evidence.inventory import Inventory, read_inventory
from yumen.audit.evidence.policy import PolicyText, read_policy
from yumen.audit.evidence.running import Running, access_of, read_running, resources_of, tables_of
from yumen.audit.evidence.schema import Schema, Table
from yumen.audit.source import SourceEvidence, SourceSettings, collect_source, to_utf8
from yumen.audit.source.config import read_json
from yumen.audit.world import AsOf, World

Progress = Callable[[str, int, int], None]
Evidence = dict[type, Any]


@dataclass(frozen=True, slots=True)
class Ways:
    """What the user allows beyond reading files: to look at the named hosts, to look into a database, to remember the
    facts of source code in a folder for the next run."""

    probe: bool = False
    database: str | None = None
    cache: Path | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """Retention by table, as promised."""

    days: Mapping[str, int]


def collect(
    world: World, declaration: Declaration, ways: Ways, needed: frozenset[type], progress: Progress
) -> Evidence:
    """Every piece of evidence that is there and that a rule asks for. What is not there is not a key."""
    sources = declaration.evidence
    running = read_running(world, sources.running) if sources.running else None
    found: Evidence = {AsOf: AsOf(world.on)}
    if SourceEvidence in needed and (source := _source(world, declaration, ways, progress)) is not None:
        found[SourceEvidence] = source
    for number, (kind, collector) in enumerate(COLLECTORS.items()):
        if kind in needed:
            progress("collect", number, len(COLLECTORS))
            piece = collector(world, declaration, ways, running)
            if piece is not None:
                found[kind] = piece
    return found


def _source(world: World, declaration: Declaration, ways: Ways, progress: Progress) -> SourceEvidence | None:
    """The code below each folder that was named. Where no mini-program is found, nothing was checked.

    Who names none (`code = []`) has no code to show, and knows it.
    """
    if not declaration.evidence.code:
        return None
    whole: SourceEvidence | None = None
    for code in declaration.evidence.code:
        root = world.base / code
        if not root.exists() or not root.resolve().is_relative_to(world.base.resolve()):
            world.skip(code, "missing")
            continue
        settings = SourceSettings(exclude=declaration.exclude, cache=ways.cache)
        read = collect_source(root, settings, lambda done, total: progress("source", done, total))
        world.digests[code if code != "." else "source"] = read.digest
        whole = read if whole is None else _joined(whole, read)
    if whole is None or not whole.programs:
        world.skip(", ".join(declaration.evidence.code), "no_mini_program")
        _tell_broken_settings(world, declaration)
        return None
    _tell_unread(world, whole)
    return whole


def _joined(one: SourceEvidence, other: SourceEvidence) -> SourceEvidence:
    return SourceEvidence(
        programs=one.programs + other.programs,
        skipped=one.skipped + other.skipped,
        lightly=one.lightly + other.lightly,
        broken=one.broken + other.broken,
        files=one.files + other.files,
        lines=one.lines + other.lines,
        outside=one.outside + other.outside,
        digest=one.digest,
    )


def _tell_broken_settings(world: World, declaration: Declaration) -> None:
    """Where no program is found, the file that would make one may be there and be no JSON."""
    for code in declaration.evidence.code:
        for name in ("app.json", "pages.json"):
            path = f"{code}/{name}".removeprefix("./")
            data = world.read(path) if (world.base / path).is_file() else None
            if data is not None:
                is_object = isinstance(read_json(to_utf8(data)[0]), dict)
                world.skip(path, "source", why="no_pages" if is_object else "no_json_object", more=0)


def _tell_unread(world: World, source: SourceEvidence) -> None:
    """Files that were skipped or only looked at, by reason: the first of each, and how many more."""
    by_reason: dict[str, list[str]] = {}
    for one in (*source.skipped, *source.lightly):
        by_reason.setdefault(one.reason, []).append(one.path)
    if source.broken:
        by_reason["broken"] = list(source.broken)
    for why, paths in sorted(by_reason.items()):
        world.skip(min(paths), "source", why=why, more=len(paths) - 1)


def _service(world: World, declaration: Declaration, ways: Ways, running: Running | None) -> Service | None:
    own = running.service if running else None
    if declaration.service is None or own is None:
        return declaration.service or own
    return _completed(declaration.service, own)


def _completed(declared: Service, own: Service) -> Service:
    """What was declared counts; what it leaves open the running system says."""
    said = msgspec.structs.asdict(declared)
    return msgspec.structs.replace(own, **{name: word for name, word in said.items() if word not in {None, ()}})


def _domains(world: World, declaration: Declaration, ways: Ways, running: Running | None) -> Domains | None:
    return declaration.domains


def _filings(world: World, declaration: Declaration, ways: Ways, running: Running | None) -> Filings | None:
    own = running.filings if running else None
    if declaration.filing is None and own is None:
        return None
    return Filings((declaration.filing or ()) + (own or ()))


def _flows(world: World, declaration: Declaration, ways: Ways, running: Running | None) -> Flows | None:
    own = running.flows if running else None
    if declaration.flow is None and own is None:
        return None
    return Flows((declaration.flow or ()) + (own or ()), declaration.critical_operator, declaration.important_data)


def _probes(world: World, declaration: Declaration, ways: Ways, running: Running | None) -> Probes | None:
    seen = read_probes(world, declaration.evidence.probes, declaration.network)
    if ways.probe and not _named(declaration):
        world.skip("--probe", "no_hosts")
    elif ways.probe:
        from yumen.audit.evidence.looking import look  # noqa: PLC0415 sockets and TLS: for whoever asks

        live = place_all([look(sorted(_named(declaration)), world.taken_at)], declaration.network)
        seen = Probes((seen.hosts if seen else ()) + live.hosts, seen is not None and seen.in_mainland)
    for one in seen.hosts if seen else ():
        if one.error:
            world.skip(one.host, "no_answer", why=one.error)
    left_out = sorted(_named(declaration) - {one.host for one in seen.hosts}) if seen else []
    if left_out:
        world.skip(left_out[0], "no_look", hosts=len(left_out))
    return seen if seen is not None and seen.answered() else None


def _named(declaration: Declaration) -> frozenset[str]:
    return declaration.domains.listed if declaration.domains is not None else frozenset()


def _inventory(world: World, declaration: Declaration, ways: Ways, running: Running | None) -> Inventory | None:
    files = read_inventory(world, declaration.evidence.inventory)
    own = resources_of(running, declaration.evidence.running or "") if running else ()
    if files is None and not own:
        return None
    return Inventory((files.resources if files else ()) + own)


def _policy(world: World, declaration: Declaration, ways: Ways, running: Running | None) -> PolicyText | None:
    return read_policy(world, declaration.evidence.policy)


def _contracts(world: World, declaration: Declaration, ways: Ways, running: Running | None) -> ContractTexts | None:
    return read_contracts(world, declaration.evidence.contracts)


def _egress(world: World, declaration: Declaration, ways: Ways, running: Running | None) -> EgressLog | None:
    return read_egress(world, declaration.evidence.egress)


def _guide(world: World, declaration: Declaration, ways: Ways, running: Running | None) -> Guide | None:
    return read_guide(world, declaration.evidence.guide) if declaration.evidence.guide else None


def _access(world: World, declaration: Declaration, ways: Ways, running: Running | None) -> AccessList | None:
    if declaration.evidence.access:
        return read_access(world, declaration.evidence.access)
    return access_of(running) if running else None


def _schema(world: World, declaration: Declaration, ways: Ways, running: Running | None) -> Schema | None:
    tables: tuple[Table, ...] = ()
    if declaration.evidence.dumps:
        from yumen.audit.evidence.dumps import read_dumps  # noqa: PLC0415 for whoever has dumps

        tables = read_dumps(world, declaration.evidence.dumps) or ()
    if ways.database is not None:
        live, unread = read_database(ways.database, world.on)
        tables += live
        for name in unread:
            world.skip(name, "no_sample")
    if running is not None:
        tables += tables_of(running, declaration.evidence.running or "")
    return Schema(tables) if tables else None


def _kept(world: World, declaration: Declaration, ways: Ways, running: Running | None) -> Kept | None:
    promised = declaration.retention + (running.retention if running else ())
    return Kept({one.table: one.days for one in promised}) if promised else None


Collector = Callable[[World, Declaration, Ways, Running | None], Any]
COLLECTORS: Final[dict[type, Collector]] = {
    Service: _service,
    Domains: _domains,
    Filings: _filings,
    Flows: _flows,
    Probes: _probes,
    Inventory: _inventory,
    PolicyText: _policy,
    Guide: _guide,
    ContractTexts: _contracts,
    EgressLog: _egress,
    AccessList: _access,
    Schema: _schema,
    Kept: _kept,
}
