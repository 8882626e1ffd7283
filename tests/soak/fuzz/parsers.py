"""Every parser of the auditor as a function of bytes that must come back, with examples of what it reads."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from tests.soak.fuzz.inputs import GRAMMARS, Grammar, made
from yumen.audit import baseline
from yumen.audit.evidence.access import read_access
from yumen.audit.evidence.contracts import read_contracts
from yumen.audit.evidence.dumps import read_dumps
from yumen.audit.evidence.egress import read_egress
from yumen.audit.evidence.guide import read_guide
from yumen.audit.evidence.hosts import read_probes
from yumen.audit.evidence.inventory import read_inventory
from yumen.audit.evidence.policy import read_policy
from yumen.audit.evidence.running import read_running
from yumen.audit.evidence.word import PART
from yumen.audit.reading import read_declaration
from yumen.audit.run import Asked, run
from yumen.audit.source import cache, config, light, styles, to_utf8
from yumen.audit.source.collect import read_file
from yumen.audit.source.tree import File
from yumen.audit.world import World
from yumen.kit.errors import Problem

ROOT: Final = Path(__file__).parents[3]
ON: Final = date(2026, 11, 26)
NOW: Final = datetime(2026, 11, 26, tzinfo=UTC)
CORPUS_MAX: Final = 200


class Parser(NamedTuple):
    """`feed(data, folder)` may refuse with a `Problem` and must not do anything else. `endings` name its examples."""

    grammar: str
    endings: tuple[str, ...]
    feed: Callable[[bytes, Path], object]
    wrap: Callable[[bytes, Random], bytes] | None = None


def _script(suffix: str) -> Callable[[bytes, Path], object]:
    def feed(data: bytes, _folder: Path) -> None:
        for reason in ("", "third_party"):
            source = to_utf8(data)[0]
            facts = read_file(File(f"p{suffix}", suffix, len(source)), source, reason)
            assert cache.decode(cache.encode(facts), facts.path).size == facts.size

    return feed


def _settings(data: bytes, _folder: Path) -> None:
    found = config.read_json(to_utf8(data)[0])
    if isinstance(found, dict):
        config.app_of(config.Config("app.json", found, data))


def _cached(data: bytes, folder: Path) -> None:
    """A cache that somebody else wrote, whole and with a right digest."""
    kept = cache.Cache.open(folder, folder)
    kept.put(b"k", data)
    kept.save()
    assert cache.Cache.open(folder, folder).get(b"k") == data


def _program(data: bytes, folder: Path) -> None:
    """A whole audit of a program of three files cut from the input."""
    first, _, rest = data.partition(b"\n\n")
    second, _, third = rest.partition(b"\n\n")
    (folder / "app.json").write_bytes(b'{"pages": ["p", "q"], "usingComponents": {"q": "./q"}}')
    for name, content in (
        ("p.js", first),
        ("p.wxml", b"<input bindinput='f' name='phone'/>" + second),
        ("q.ts", third),
    ):
        (folder / name).write_bytes(content)
    run(Asked(path=folder, taken_at=NOW, on=ON, only=("source",)), lambda *_: None)


def _evidence(name: str, read: Callable[[World], object]) -> Callable[[bytes, Path], object]:
    def feed(data: bytes, folder: Path) -> None:
        (folder / name).write_bytes(data)
        read(World(folder, NOW, ON))

    return feed


def _declared(data: bytes, folder: Path) -> None:
    (folder / "yumen-audit.toml").write_bytes(data)
    read_declaration(folder)


def _earlier(data: bytes, folder: Path) -> None:
    (folder / "last.json").write_bytes(data)
    baseline.read(folder / "last.json")


def _zipped(data: bytes, random: Random) -> bytes:
    """Mostly a Word package around the bytes; sometimes a torn one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as package:
        package.writestr(PART, b"<w:document><w:p><w:t>" + data + b"</w:t></w:p>" * random.randint(1, 3))
    whole = bytearray(out.getvalue())
    for _ in range(random.choice((0, 0, 1, 4))):
        whole[random.randrange(len(whole))] ^= 1 << random.randrange(8)
    return bytes(whole[: random.choice((len(whole), len(whole), random.randrange(len(whole))))])


PARSERS: Final[dict[str, Parser]] = {
    "javascript": Parser("script", (".js",), _script(".js")),
    "typescript": Parser("typed", (".ts",), _script(".ts")),
    "tsx": Parser("marked", (".tsx",), _script(".tsx")),
    "wxs": Parser("script", (".wxs", ".js"), _script(".wxs")),
    "vue": Parser("template", (".vue", ".wxml", ".js"), _script(".vue")),
    "wxml": Parser("template", (".wxml",), _script(".wxml")),
    "wxss": Parser("style", (".wxss", ".css"), lambda data, _: styles.read("a.wxss", to_utf8(data)[0])),
    "traces": Parser("script", (".js",), lambda data, _: light.traces("a.js", to_utf8(data)[0], "minified")),
    "json": Parser("data", (".json",), _settings),
    "cache": Parser("data", (".json",), _cached),
    "program": Parser("script", (".js", ".wxml"), _program),
    "toml": Parser("settings", (".toml",), _declared),
    "baseline": Parser("data", (".json",), _earlier),
    "policy html": Parser("markup", (".md", ".html"), _evidence("p.html", lambda w: read_policy(w, ("p.html",)))),
    "policy markdown": Parser("markup", (".md",), _evidence("p.md", lambda w: read_policy(w, ("p.md",)))),
    "policy word": Parser("markup", (".md",), _evidence("p.docx", lambda w: read_policy(w, ("p.docx",))), _zipped),
    "contract": Parser("markup", (".md",), _evidence("c.md", lambda w: read_contracts(w, ("c.md",)))),
    "access csv": Parser("rows", (".csv",), _evidence("a.csv", lambda w: read_access(w, "a.csv"))),
    "access json": Parser("data", (".json",), _evidence("a.json", lambda w: read_access(w, "a.json"))),
    "egress json": Parser("data", (".json",), _evidence("e.json", lambda w: read_egress(w, ("e.json",)))),
    "egress csv": Parser("rows", (".csv",), _evidence("e.csv", lambda w: read_egress(w, ("e.csv",)))),
    "inventory csv": Parser("rows", (".csv",), _evidence("i.csv", lambda w: read_inventory(w, ("i.csv",)))),
    "inventory plan": Parser("data", (".json",), _evidence("i.json", lambda w: read_inventory(w, ("i.json",)))),
    "probes": Parser("data", (".json",), _evidence("p.json", lambda w: read_probes(w, ("p.json",), ()))),
    "guide": Parser("data", (".json",), _evidence("g.json", lambda w: read_guide(w, "g.json"))),
    "running": Parser("data", (".json",), _evidence("r.json", lambda w: read_running(w, "r.json"))),
    "sql": Parser("sql", (".sql",), _evidence("d.sql", lambda w: read_dumps(w, ("d.sql",)))),
}


def corpus(endings: Sequence[str]) -> list[bytes]:
    """Files of the audited examples and of our own mini-program, and planted programs, in the order of their paths."""
    folders = [ROOT / "examples/audit", ROOT / "miniprogram/storefront", ROOT / "tests/unit/audit/source/planted"]
    files = [one for folder in folders for one in sorted(folder.rglob("*")) if one.suffix in {*endings, ".txt"}]
    wanted = [
        one for one in files if "node_modules" not in one.parts and "miniprogram_npm" not in one.parts and one.is_file()
    ]
    return [one.read_bytes()[:20_000] for one in wanted[:CORPUS_MAX]]


def feed(parser: Parser, random: Random, examples: Sequence[bytes], folder: Path) -> bytes:
    """Make one input and let it be read; what was made. A `Problem` is an answer, anything else a defect."""
    grammar: Grammar = GRAMMARS[parser.grammar]
    data = made(random, grammar, examples)
    data = parser.wrap(data, random) if parser.wrap is not None else data
    (folder / "input").write_bytes(data)
    with suppress(Problem):
        parser.feed(data, folder)
    return data
