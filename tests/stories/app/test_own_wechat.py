"""`yumen check wechat` against the sandbox: each step told, each failure with its way out."""

from __future__ import annotations

import msgspec
import pytest

from tests.stories.wechat.conftest import sandbox  # noqa: F401  # a fixture
from yumen.app.own_wechat import check_wechat
from yumen.kit.errors import Problem
from yumen.kit.settings import App, Secret, Settings, WechatSettings
from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechat.server import Addresses


async def prepared(sandbox: Addresses) -> Settings:  # noqa: F811
    async with Admin(sandbox.admin) as wechat:
        made = await wechat.create_app()
    app = App(brand="shop", appid=made.appid, secret=Secret(made.secret))
    return Settings(app={"mini": app}, wechat=WechatSettings(base_urls=(sandbox.api,)))


async def test_a_good_account_passes_and_what_is_not_set_up_is_said(sandbox: Addresses) -> None:  # noqa: F811
    good, lines = await check_wechat(await prepared(sandbox), "", "en")
    assert good
    assert lines[0].startswith("mini (wx")
    assert [line.strip()[0] for line in lines[1:]] == ["✓", "✓", "✓", "○"]


async def test_a_wrong_secret_fails_and_the_rest_is_not_checked(sandbox: Addresses) -> None:  # noqa: F811
    settings = await prepared(sandbox)
    app = msgspec.structs.replace(settings.app["mini"], secret=Secret("0" * 32))
    good, lines = await check_wechat(msgspec.structs.replace(settings, app={"mini": app}), "mini", "zh")
    assert not good
    assert lines[1].strip().startswith("✗")
    assert {line.strip()[0] for line in lines[2:]} == {"○"}


async def test_an_app_that_is_not_set_is_refused_with_those_that_are() -> None:
    with pytest.raises(Problem) as refused:
        await check_wechat(Settings(), "other", "en")
    assert refused.value.code.name == "app.none_set"
