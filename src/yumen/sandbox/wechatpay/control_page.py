"""The admin port: the JSON API, its OpenAPI document, and the control page, which works without script."""

from __future__ import annotations

from collections.abc import Awaitable

import msgspec

from yumen.sandbox.kit.exchange import Answer, Request
from yumen.sandbox.kit.json_api import Api
from yumen.sandbox.wechatpay.admin import Desks
from yumen.sandbox.wechatpay.world import World


class ControlPage:
    """The handler of the admin port."""

    def __init__(self, world: World, api: Api, desks: Desks) -> None:
        self.world = world
        self.api = api
        self.desks = desks

    def __call__(self, request: Request) -> Answer | Awaitable[Answer]:
        """Answer one call."""
        if request.path == "/openapi.json":
            return Answer(msgspec.json.encode(self.api.openapi()))
        return self.api.answer(request)
