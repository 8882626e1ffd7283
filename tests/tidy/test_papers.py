"""What the papers tell a reader to type, set, open or call is there: commands, targets, settings, routes, files."""

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from tests.tidy.papers import Shown, lines, papers
from yumen.app.cli import app
from yumen.kit.i18n import LANGUAGES
from yumen.kit.settings import settings_reference
from yumen.sandbox.hubspot import client as hubspot
from yumen.sandbox.salesforce import client as salesforce
from yumen.sandbox.wechat import client as wechat
from yumen.sandbox.wechatpay import client as wechatpay

SHELL = {"sh", "", "span"}
YUMEN = re.compile(r"^(?:.*[;&|]\s*|uvx --from \. |uvx )?(?:\S*/bin/)?yumen (.+)$")
MAKE = re.compile(r"(?:^|[`;&|]\s*|\S+=\S+ )make ([a-z]+)(?![\w.])")
METHODS = "GET|POST|PUT|PATCH|DELETE"
ROUTE = re.compile(rf"\b({METHODS})\s+(/(?:v1|staff/v1|hooks)/?[^\s`\"?]*)")
CURL = re.compile(rf"\b(?:curl|staff)(?: -X ({METHODS}))?.*?\$STAFF(/staff/v1/[^\s\"?]*)")
EDGES = ("shopper", "staff", "hooks")
FOLDERS = ("docs", "src", "tests", "bench", "scripts", "miniprogram", "examples", "deploy", "verifier", "receiver")
FILE = re.compile(rf"^(?:\.\./)*((?:{'|'.join(FOLDERS)})/[\w./*-]*[\w*/-])$")
MADE = re.compile(r"^docs/reference/(?:settings|commands|problems|leaves|api-\w+)\.md$|_dist\b|/dist\b|deploy/\.env$")
"""Made by `make docs`, by a build or by a script, so not there in a fresh copy."""
NOT_HERE = {"src/wxcomponents/yumen"}
"""Places in a reader's own project."""
PROGRAMS = {
    "yumen-verify": "verifier",
    "yumen-receiver": "receiver",
    "-m yumen.sandbox.": "src/yumen/sandbox",
    "-m bench.run": "bench",
    "runner/serve.mjs": "miniprogram/runner",
}
"""Other programs of ours, and where their options are read."""
DOTTED = re.compile(r"[a-z][a-z_]*(?:\.[a-z_]+)+")
SECTIONS = {"worker", "database", "logging", "shop", "clock", "demo", "chapters"}
"""Sections of the settings whose names begin nothing else, such as a problem's code."""
OF_OTHERS = {"crm", "communication_preferences", "api", "login", "test", "uv", "sources", "pip"}
"""Beginnings of names that are not ours: scopes of HubSpot, hosts, files of other programs."""
RULES = re.compile(r"There are (\d+): \d+ on source code|共 (\d+) 条：源代码")


@pytest.fixture(scope="module")
def shown(tracked, root) -> list[Shown]:
    return [piece for paper in papers(tracked, root) for piece in paper.shown()]


def test_every_command_and_option_of_yumen_exists(shown):
    seen, faults = 0, []
    for piece in shown:
        for words in _words(piece):
            seen += 1
            faults += [f"{piece.place}: yumen {' '.join(words)}: {fault}" for fault in _faults(words)]
    assert seen > 50
    assert faults == []


@pytest.mark.parametrize(("program", "folder"), PROGRAMS.items())
def test_every_option_of_our_other_programs_exists(shown, tracked, root, program, folder):
    source = "\n".join(_sources(tracked, root / folder))
    named = {(piece.place, option) for piece in shown if piece.language in SHELL for line in lines(piece)
             if program in line for option in re.findall(r"(?<=\s)--([a-z][a-z-]+)", line)}  # fmt: skip
    assert [f"{place}: --{option}" for place, option in sorted(named) if not re.search(rf"\b{option}\b", source)] == []


def test_every_target_of_make_exists(shown, root):
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = [(piece.place, target) for piece in shown if piece.language in SHELL
             for line in lines(piece) for target in MAKE.findall(line)]  # fmt: skip
    assert len(named) > 10
    assert [f"{place}: make {target}" for place, target in named if target not in targets] == []


def test_every_setting_of_an_example_exists(shown):
    known = {entry.key for entry in settings_reference("en")}
    tables = {key.split(".")[0] for key in known}
    examples = [(piece.place, tomllib.loads(piece.text)) for piece in shown if piece.language == "toml"]
    named = [(place, key) for place, example in examples if set(example) <= tables for key in _keys(example, known)]
    assert len(named) > 20
    assert [f"{place}: {key}" for place, key in named if key not in known] == []


def test_every_setting_within_a_sentence_exists(shown):
    known = {entry.key for entry in settings_reference("en")}
    named = [(piece.place, piece.text) for piece in shown if piece.language == "span"
             and DOTTED.fullmatch(piece.text) and piece.text.split(".")[0] in SECTIONS]  # fmt: skip
    assert len(named) > 3
    assert [f"{place}: {key}" for place, key in named if key not in known] == []


def test_every_route_exists(shown, root):
    known = _routes(root / "tests" / "golden")
    named = [(piece.place, method, path) for piece in shown for method, path in _called(piece)]
    assert len(named) > 30
    assert [f"{place}: {method} {path}" for place, method, path in named if not _served(method, path, known)] == []


def test_every_file_exists(shown, root):
    named = {
        (piece.place, found[1]) for piece in shown if piece.language == "span" and (found := FILE.match(piece.text))
    }
    assert len(named) > 20
    wanted = [(place, path) for place, path in sorted(named) if path not in NOT_HERE and not MADE.search(path)]
    assert [f"{place}: {path}" for place, path in wanted if not list(root.glob(path))] == []


def test_every_act_of_a_sandbox_in_an_example_exists(shown):
    acts = {name for sandbox in (wechat, wechatpay, salesforce, hubspot) for name in dir(sandbox.Admin)}
    named = [(piece.place, act) for piece in shown for act in re.findall(r"\b(?:admin|pay)\.(\w+)\(", piece.text)
             if piece.place.startswith("docs/how-to/use-the-")]  # fmt: skip
    assert len(named) > 30
    assert [f"{place}: {act}" for place, act in named if act not in acts] == []


def test_the_number_of_rules_is_the_auditor_s(tracked, root):
    pages = (root / "docs/reference/audit-rules.md").read_text(encoding="utf-8")
    rules = set(re.findall(r"^### ([A-Z]{3}\d{3}) ", pages, re.MULTILINE))
    told = [(paper.place, int(one or other)) for paper in papers(tracked, root)
            for one, other in RULES.findall(paper.text)]  # fmt: skip
    assert len(told) == len(LANGUAGES)
    assert [f"{place}: {number}, not {len(rules)}" for place, number in told if number != len(rules)] == []


def test_every_dotted_name_within_a_sentence_is_one_of_ours(shown, tracked, root):
    ours = set(re.findall(r"\w+", "\n".join(_sources(tracked, root))))
    names = {(piece.place, piece.text) for piece in shown if piece.language == "span" and DOTTED.fullmatch(piece.text)}
    named = [(place, name) for place, name in sorted(names) if name.split(".")[0] not in OF_OTHERS]
    assert len(named) > 100
    assert [f"{place}: {name}" for place, name in named if name.split(".")[-1] not in ours] == []


def _words(piece: Shown) -> Iterator[list[str]]:
    """The words after `yumen`, once for each command of the piece."""
    if piece.language in SHELL:
        for line in lines(piece):
            if found := YUMEN.match(line):
                yield shlex.split(re.split(r"\s*(?:\||&&|;|(?<!<)>(?!\w*>))\s*", found[1])[0], posix=True)


def _faults(words: list[str]) -> Iterator[str]:
    """What the command line would not understand of these words."""
    command, rest = typer.main.get_command(app), list(words)
    while isinstance(command, TyperGroup):
        while rest and rest[0].startswith("-"):
            yield from _unknown(command, rest.pop(0))
            rest = rest[1:] if rest and rest[0].endswith((".toml", "FILE")) else rest
        if not rest:
            return
        if rest[0].startswith("$"):  # a loop of the shell: its words are read where they stand
            return
        if rest[0] not in command.commands:
            yield f"no command {rest[0]}"
            return
        command = command.commands[rest.pop(0)]
    assert isinstance(command, TyperCommand)
    for word in rest:
        if re.match(r"--?[a-z]", word):
            yield from _unknown(command, word)


def _unknown(command: TyperCommand | TyperGroup, word: str) -> Iterator[str]:
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    if word.partition("=")[0] not in known | {"--help", "-h"}:
        yield f"no option {word}"


def _keys(example: dict[str, object], known: set[str]) -> Iterator[str]:
    """Dotted keys as the reference writes them: what a person names freely is NAME there."""
    for table, content in example.items():
        if not isinstance(content, dict):
            yield table
        elif any(key.startswith(f"{table}.NAME.") for key in known):
            yield from (f"{table}.NAME.{name}" for inner in content.values() for name in inner)
        else:
            yield from (f"{table}.{name}" for name in content)


def _routes(golden: Path) -> dict[str, list[list[str]]]:
    """Method → the paths it is served at, in segments; a parameter is an empty segment."""
    served: dict[str, list[list[str]]] = {}
    for edge in EDGES:
        document = json.loads((golden / f"openapi-{edge}.json").read_text(encoding="utf-8"))
        for path, methods in document["paths"].items():
            for method in methods:
                segments = ["" if part.startswith("{") else part for part in path.split("/")[1:]]
                served.setdefault(method.upper(), []).append(segments)
    return served


def _called(piece: Shown) -> Iterator[tuple[str, str]]:
    for line in lines(piece):
        yield from ROUTE.findall(line)
        for method, path in CURL.findall(line):
            yield method or ("POST" if re.search(r"\s(?:-d|--data\S*)\s", line) else "GET"), path


def _served(method: str, path: str, known: dict[str, list[list[str]]]) -> bool:
    segments = path.rstrip("/.,;)").split("/")[1:]
    return any(
        len(route) == len(segments)
        and all(part in ("", *word.split("|")) for part, word in zip(route, segments, strict=True))
        for route in known.get(method, [])
    )


def _sources(tracked: list[Path], folder: Path) -> Iterator[str]:
    """The text of every program and data file below a folder."""
    for path in tracked:
        if path.is_relative_to(folder) and path.suffix in {".py", ".sql", ".toml", ".ts", ".js", ".mjs", ".json"}:
            yield path.read_text(encoding="utf-8", errors="replace")
