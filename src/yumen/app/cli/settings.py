"""Settings, databases and declarations: `yumen config`, `migrate`, `datamap`, `openapi`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from yumen.app.cli.exits import told
from yumen.app.cli.words import say, terminal_language


class Shape(StrEnum):
    TEXT = "text"
    JSON = "json"


class EdgeChoice(StrEnum):
    SHOPPER = "shopper"
    STAFF = "staff"
    HOOKS = "hooks"


class LanguageChoice(StrEnum):
    EN = "en"
    ZH = "zh"


FormatOption = Annotated[Shape, typer.Option("--format", help=say("option.format"))]


def config(shape: FormatOption = Shape.TEXT) -> None:
    from yumen.app.configured import read_settings
    from yumen.kit.settings import effective_json, effective_text

    with told():
        loaded = read_settings()
        print(effective_json(loaded) if shape is Shape.JSON else effective_text(loaded))


def migrate(
    status: Annotated[bool, typer.Option("--status", help=say("option.status"))] = False,
    roles: Annotated[bool, typer.Option("--roles", help=say("option.roles"))] = False,
) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.databases import bring_up_to_date, pending, reachable
    from yumen.kit.migrate import Migration, Target
    from yumen.kit.postgres import role_sql

    def progress(target: Target, migration: Migration, done: int, total: int) -> None:
        print(f"{target}: {migration.number:04d} {migration.name} ({done + 1}/{total})", flush=True)

    async def run() -> None:
        async with reachable(read_settings().settings) as databases:
            if status:
                for line in await pending(databases):
                    print(line)
                return
            applied = await bring_up_to_date(databases, progress)
            print(say("migrate.done", applied=applied))

    if roles:
        print(role_sql(), end="")
        return
    with told():
        asyncio.run(run())


def datamap(
    shape: FormatOption = Shape.TEXT,
    language: Annotated[LanguageChoice | None, typer.Option("--lang", help=say("option.lang"))] = None,
) -> None:
    import json

    from yumen.app.holdings import HOLDINGS
    from yumen.kit.clock import real_now, shanghai_day
    from yumen.security.datamap import as_json, render_table

    spoken = language.value if language is not None else terminal_language()
    with told():
        today = shanghai_day(real_now())
        if shape is Shape.JSON:
            print(json.dumps(as_json(HOLDINGS, today), indent=2, ensure_ascii=False))
        else:
            print(render_table(HOLDINGS, spoken, today), end="")


def openapi(edge: EdgeChoice = EdgeChoice.SHOPPER) -> None:
    from yumen.app.openapi import document

    with told():
        print(document(edge.value))
