"""The admin port: the JSON API, its OpenAPI document, and the control page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from yumen.sandbox.kit.exchange import Answer, Request
from yumen.sandbox.kit.routes import Api
from yumen.sandbox.wechat.console_settings import ConsoleSettings
from yumen.sandbox.wechat.handset import Handset
from yumen.sandbox.wechat.keeper import Keeper
from yumen.sandbox.wechat.world import World


class ControlPage:
    """The handler of the admin port."""

    def __init__(
        self,
        world: World,
        console: ConsoleSettings,
        handset: Handset,
        keeper: Keeper,
        build_api: Callable[[ConsoleSettings, Handset, Keeper], Api],
    ) -> None:
        self.world = world
        self.api = build_api(console, handset, keeper)

    def __call__(self, request: Request) -> Answer | Awaitable[Answer]:
        """Answer one call."""
        if request.path == "/openapi.json":
            return Answer(msgspec.json.encode(self.api.openapi()))
        return self.api.answer(request)
