"""One made-up shopper: takes the phone, opens the mini-program, and speaks to the shopper API over HTTP like any other.

Nothing here reaches behind the API. What a phone does (wx.login, the phone button) the WeChat sandbox does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import msgspec

from yumen.kit.ids import new_id
from yumen.sandbox.wechat.client import Admin

OK: Final = 300


class Unexpected(Exception):
    """An answer that this step of the demo did not expect."""

    def __init__(self, step: str, status: int, body: bytes) -> None:
        super().__init__(f"{step}: {status} {body[:300].decode(errors='replace')}")


@dataclass(slots=True)
class Api:
    """The shopper API."""

    session: aiohttp.ClientSession
    url: str

    async def ask(self, method: str, path: str, token: str = "", body: object = None) -> tuple[int, Any]:
        """One request; a writing one carries an Idempotency-Key. Answers status and decoded body."""
        headers = {"Accept-Language": "zh-CN"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if method != "GET":
            headers["Idempotency-Key"] = new_id("key")
        data = None
        if body is not None:
            data = msgspec.json.encode(body)
            headers["Content-Type"] = "application/json"
        async with self.session.request(method, self.url + path, headers=headers, data=data) as answer:
            content = await answer.read()
        return answer.status, msgspec.json.decode(content) if content else None

    async def must(self, method: str, path: str, token: str = "", body: object = None) -> Any:
        """The same for a step that has to succeed. Raises Unexpected."""
        status, answer = await self.ask(method, path, token, body)
        if status >= OK:
            raise Unexpected(f"{method} {path}", status, msgspec.json.encode(answer))
        return answer


@dataclass(slots=True)
class Visitor:
    """A person of the sandbox in front of the mini-program. `token` comes with the login."""

    api: Api
    wechat: Admin
    appid: str
    person: str
    token: str = ""
    subject: str = ""
    enrolled: bool = False

    async def log_in(self) -> None:
        code = await self.wechat.login(self.appid, self.person)
        device = {"platform": "ios", "wechat": "8.0.50"}
        answer = await self.api.must("POST", "/v1/login", body={"app": self.appid, "code": code, "device": device})
        self.token, self.subject, self.enrolled = answer["token"], answer["subject"], answer["enrolled"]

    async def answer_notices(self, given: set[str]) -> None:
        """Read each notice that asks something and answer it, one by one: no bundle."""
        consents = await self.api.must("GET", "/v1/consents", self.token)
        for question in consents["items"]:
            choice = {
                "purpose": question["purpose"],
                "answer": "given" if question["purpose"] in given else "refused",
                "notice_hash": question["notice_hash"],
                "language": "zh",
            }
            await self.api.must("PUT", "/v1/consents", self.token, {"choices": [choice]})

    async def share_phone(self) -> None:
        pressed = await self.wechat.phone(self.appid, self.person)
        await self.api.must("POST", "/v1/phone", self.token, {"code": pressed.code})

    async def fill_profile(self, nickname: str, birthday: str, region: str) -> tuple[int, Any]:
        """May be refused: the profile rests on consent."""
        body = {"nickname": nickname, "birthday": birthday, "region": region}
        return await self.api.ask("PATCH", "/v1/profile", self.token, body)

    async def withdraw(self, purpose: str) -> None:
        await self.api.must("POST", f"/v1/consents/{purpose}/withdraw", self.token)

    async def receipts(self) -> list[Any]:
        page = await self.api.must("GET", "/v1/consents/receipts", self.token)
        return [await self.api.must("GET", f"/v1/consents/receipts/{line['id']}", self.token) for line in page["items"]]
