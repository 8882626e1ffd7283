"""Begin with an appid of one's own: `yumen init`, then `yumen check wechat`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from yumen.app.cli.exits import FAILED, told
from yumen.app.cli.words import say, terminal_language


class CheckChoice(StrEnum):
    WECHAT = "wechat"


def init(
    folder: Annotated[Path, typer.Argument(help=say("argument.init_folder"))] = Path(),
    appid: Annotated[str, typer.Option("--appid", help=say("option.appid"), prompt=say("prompt.appid"))] = "",
    company: Annotated[str, typer.Option("--company", help=say("option.company"), prompt=say("prompt.company"))] = "",
    company_zh: Annotated[str, typer.Option("--company-zh", help=say("option.company_zh"))] = "",
    hooks_url: Annotated[str, typer.Option("--hooks-url", help=say("option.hooks_url"))] = "",
) -> None:
    from yumen.wechat.init import Answers, write

    with told():
        for written in write(folder, Answers(appid, company, company_zh, hooks_url=hooks_url)):
            print(say("init.written", file=str(written)))
        print(say("init.next"))


def check(
    what: Annotated[CheckChoice, typer.Argument(help=say("argument.check"))] = CheckChoice.WECHAT,
    app: Annotated[str, typer.Option("--app", help=say("option.app"))] = "",
) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.own_wechat import check_wechat

    with told():
        good, lines = asyncio.run(check_wechat(read_settings().settings, app, terminal_language()))
        print("\n".join(lines))
        if not good:
            raise typer.Exit(FAILED)
