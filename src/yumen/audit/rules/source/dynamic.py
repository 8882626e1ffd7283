"""Code that arrives at run time, and switches of development that were left on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from yumen.audit.finding import Certainty, Finding, InFile
from yumen.audit.rule import Area, Effect, Effort, rule
from yumen.audit.source import SourceEvidence
from yumen.audit.source.facts import FREE, TEXT, Facts
from yumen.audit.source.flows import web_views
from yumen.audit.source.gathered import look
from yumen.audit.source.sites import at, of, package
from yumen.law import Tag

_INTERPRETERS = re.compile(
    r"(?:^|[/@])(?:eval5|jsjs|vm\.js|sval|wx-eval|estime|rubic|canjs-eval|weapp-eval|evil-eval|js-interpreter|vm2"
    r"|safe-eval|jsvm|hotcode|weapp-dynamic|dynamic-eval)(?:$|[/.@-])",
    re.IGNORECASE,
)
_LATER = frozenset({"setTimeout", "setInterval"})
_RUNS = _LATER | {"eval", "Function"}
_GLOBAL_OBJECT = ((TEXT, "return this"), (TEXT, "this"))
"""Texts that are run to get hold of the global object, and bring no code of anybody."""
_CONSOLE = re.compile(r"(?:^|[/@])(?:vconsole|eruda|weconsole|mp-vconsole)(?:$|[/.-])", re.IGNORECASE)


@rule("SRC110", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.dynamic",), effort=Effort.DAY)
def code_from_text(source: SourceEvidence) -> Iterator[Finding]:
    """Text is run as code.

    WeChat's engine has no `eval` and no `Function` from text; what works in the developer tool fails on phones. The
    operation rules forbid code that was not reviewed.

    Found: `{name}` is called with text.

    Way out: Write the cases as functions and choose among them.
    """
    for program in source.programs:
        for file, run in program.gathered.told(_run_from_text):
            for name, start, end in run:
                yield Finding(at(program, file, start, end), {"name": name}, package=package(program, file))


@look
def _run_from_text(facts: Facts) -> list[tuple[str, int, int]]:
    """Calls that run a text: what is called, and where."""
    found = []
    for call in facts.calls:
        callee = facts.values[call.callee]
        if callee[0] == FREE and callee[1] in _RUNS and call.args:
            given = facts.values[call.args[0]]
            if given[0] == TEXT if callee[1] in _LATER else given not in _GLOBAL_OBJECT:
                found.append((str(callee[1]), call.start, call.end))
    return found


@rule("SRC111", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.dynamic",), effort=Effort.WEEKS)
def interpreter_in_the_package(source: SourceEvidence) -> Iterator[Finding]:
    """The package carries an interpreter for JavaScript.

    Its only use in a mini-program is to run code that came over the network, past the review. WeChat takes apps down
    for it.

    Found: {name} is part of the package.

    Way out: Take it out. Configure behaviour by data that your own code understands.
    """
    for program in source.programs:
        paths = (path for path in program.facts.paths if path.endswith((".js", ".ts")) and _INTERPRETERS.search(path))
        for path in islice(paths, 1):
            yield Finding(InFile(path), {"name": path.rpartition("/")[2]}, key="file")
        told: set[str] = set()
        for file, start, module in program.gathered.imports:
            if module not in told and _INTERPRETERS.search(module):
                told.add(module)
                yield Finding(at(program, file, start), {"name": module}, key=module)


@rule("SRC112", Area.SOURCE, Tag.PLATFORM, Effect.RISKY, requirements=("wx.domain",), effort=Effort.HOUR)
def domain_check_is_off(source: SourceEvidence) -> Iterator[Finding]:
    """The check of domains is switched off in the project.

    With `urlCheck: false` the developer tool lets every address pass, plain `http` included, so that faults show only
    on phones after the release.

    Found: {file} sets `urlCheck` to false.

    Way out: Switch it on in the shared file; who needs it off locally puts it into `project.private.config.json`.
    """
    for program in source.programs:
        for config in program.app.others:
            settings = config.data.get("setting")
            if isinstance(settings, dict) and settings.get("urlCheck") is False:
                place = InFile(config.path, config.place("urlCheck"), config.place("urlCheck"))
                yield Finding(place, {"file": config.path.rpartition("/")[2]})


@rule("SRC113", Area.SOURCE, Tag.ADVICE, Effect.RISKY, requirements=("advice.code", "pipl.51"), effort=Effort.HOUR)
def debug_console_is_left_in(source: SourceEvidence) -> Iterator[Finding]:
    """A console for debugging is left in.

    It shows requests, storage and page data to everybody who opens it, on every phone.

    Found: {name}.

    Way out: Switch it on only where `envVersion` is `develop`.
    """
    for program in source.programs:
        for use in program.uses_of("setEnableDebug"):
            if (
                use.call is not None
                and use.call.condition < 0
                and any(t.start == "True" for t in program.argument(use, "enableDebug"))
            ):
                yield Finding(of(program, use), {"name": "setEnableDebug"}, key="setEnableDebug")
        for file, start, module in program.gathered.imports:
            if _CONSOLE.search(module) and program.is_own(file):
                yield Finding(at(program, file, start), {"name": module}, Certainty.LIKELY, key=module)


@rule("SRC114", Area.SOURCE, Tag.ADVICE, Effect.RISKY, requirements=("wx.dynamic",), effort=Effort.DAYS)
def whole_app_is_a_web_page(source: SourceEvidence) -> Iterator[Finding]:
    """The first page is nothing but a web page.

    Reviewers turn down mini-programs that only wrap a website, and the page may change after every review. The privacy
    gate of WeChat does not see what the page collects.

    Found: the first page `{page}` shows a `web-view`.

    Way out: Build the first steps natively and use web pages for content.
    """
    for program in source.programs:
        home = f"{program.path}/{program.app.home}".lstrip("/")
        shown = program.gathered.told(web_views) if program.app.home else ()
        for file, (tag, *_) in shown:
            if program.facts.paths[file].rpartition(".")[0] == home:
                yield Finding(at(program, file, tag.start, tag.end), {"page": program.app.home}, key="home")
