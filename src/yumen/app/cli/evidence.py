"""What a running Yumen says of itself: `yumen evidence export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from yumen.app.cli.exits import told
from yumen.app.cli.words import say

group: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@group.callback()
def evidence() -> None:
    """One command today, and room for others."""


@group.command(help=say("evidence.export"))
def export(
    handler: Annotated[str, typer.Option("--handler", help=say("option.handler"))] = "",
    folder: Annotated[Path | None, typer.Option("--folder", help=say("option.evidence_folder"), metavar="DIR")] = None,
) -> None:
    import asyncio
    import json

    from yumen.app import evidence
    from yumen.app.configured import read_settings
    from yumen.kit.clock import real_now

    with told():
        settings, now = read_settings().settings, real_now()
        found = asyncio.run(evidence.export(settings, handler, now))
        if folder is None:
            print(json.dumps(found, ensure_ascii=False, indent=2))
            return
        papers = {"evidence": found, **evidence.guides(settings, handler, now)}
        folder.mkdir(parents=True, exist_ok=True)
        for name, paper in papers.items():
            (folder / f"{name}.json").write_text(json.dumps(paper, ensure_ascii=False, indent=2) + "\n", "utf-8")
        print(say("evidence.written", folder=str(folder), files=", ".join(f"{name}.json" for name in papers)))
