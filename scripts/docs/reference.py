"""Reference pages that the code itself gives: settings, commands, problems, leaves of the trail."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence

from scripts.docs.registered import load_everything
from yumen.kit.errors import Code
from yumen.kit.i18n import Language, catalogue
from yumen.kit.settings import settings_reference
from yumen.security.trail import LeafKind

Triple = tuple[str, str, str]


def pages() -> Iterator[Triple]:
    """Place, English text and Chinese text of each."""
    load_everything()
    for place, write in (
        ("reference/settings", _settings),
        ("reference/commands", _commands),
        ("reference/problems", _problems),
        ("reference/leaves", _leaves),
    ):
        yield place, write("en"), write("zh")


def _settings(language: Language) -> str:
    head = {
        "en": ("# Settings", "One file, `yumen.toml`, then the environment. What is not listed here is refused.",
               ("setting", "value", "default", "meaning")),
        "zh": ("# 设置项", "先读取 `yumen.toml`，再读取环境变量。未列出的设置一律拒绝。",
               ("设置", "取值", "默认", "含义")),
    }[language]  # fmt: skip
    lines = [head[0], "", head[1]]
    section = None
    for entry in settings_reference(language):
        table, _, name = entry.key.rpartition(".")
        if table != section:
            section = table
            lines += ["", *([f"## `[{table}]`", ""] if table else []), *_row(head[2]), *_row(["---"] * 4)]
        default = "" if entry.default in (None, "", []) else f"`{json.dumps(entry.default, ensure_ascii=False)}`"
        lines += _row([f"`{name or entry.key}`", entry.kind, default, entry.meaning])
    return "\n".join(lines) + "\n"


def _commands(language: Language) -> str:
    """Asked of a process of its own, since the command line takes its language from the environment when it starts."""
    said = subprocess.run(
        [sys.executable, "-m", "scripts.docs.commands"],
        env={**os.environ, "YUMEN_LANG": language},
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stdout


def _problems(language: Language) -> str:
    head = {
        "en": ("# Problems", "Every error answer is a problem document (RFC 9457) with one of these codes.",
               ("code", "status", "text")),
        "zh": ("# 问题代码", "每个错误应答都是一份问题文档（RFC 9457），代码如下。", ("代码", "状态", "文字")),
    }[language]  # fmt: skip
    rows = [(f"`{code.name}`", str(code.status), catalogue(language).get(code.name, "")) for code in _sorted_codes()]
    return _page(head, rows)


def _sorted_codes() -> list[Code]:
    return [Code.declared[name] for name in sorted(Code.declared)]


def _leaves(language: Language) -> str:
    head = {
        "en": ("# Leaves of the trail", "Each recorded act is one line of the trail, of one of these kinds.",
               ("kind", "facts", "meaning")),
        "zh": ("# 留痕种类", "每个被记录的行为在留痕中占一行，种类如下。", ("种类", "事实", "含义")),
    }[language]  # fmt: skip
    rows = [
        (f"`{name}`", " ".join(f"`{fact}`" for fact in sorted(LeafKind.declared[name].facts)),
         catalogue(language).get(f"leaf.{name}", ""))
        for name in sorted(LeafKind.declared)
    ]  # fmt: skip
    return _page(head, rows)


def _page(head: tuple[str, str, Sequence[str]], rows: Sequence[Sequence[str]]) -> str:
    title, lead, columns = head
    table = [line for row in (columns, ["---"] * len(columns), *rows) for line in _row(row)]
    return "\n".join([title, "", lead, "", *table]) + "\n"


def _row(cells: Sequence[str]) -> list[str]:
    return ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"]
