"""Answer the public API: find the endpoint, admit the caller, misbehave where told to, note the call."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import Final

import msgspec

from yumen.sandbox.kit.exchange import Answer, Fate, Request
from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.kit.vantage import Vantage, find_vantage, travel
from yumen.sandbox.wechat.api_security import Opened, open_request, seal_answer
from yumen.sandbox.wechat.calls import Call, Fields, read_fields
from yumen.sandbox.wechat.credentials import app_by_token
from yumen.sandbox.wechat.endpoints import PATHS, Endpoint, build
from yumen.sandbox.wechat.rates import Rates, spend
from yumen.sandbox.wechat.records import App, Trouble
from yumen.sandbox.wechat.redaction import REDACTION
from yumen.sandbox.wechat.refusals import Refusal, new_rid
from yumen.sandbox.wechat.shipping import Shipping
from yumen.sandbox.wechat.subscribe import Subscriptions
from yumen.sandbox.wechat.world import World

VANTAGE_HEADER: Final = "yumen-sandbox-vantage"
ADDRESS_HEADER: Final = "yumen-sandbox-address"
GATEWAY_PAGE: Final = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1>"
_COUNTED: Final = frozenset(PATHS)


@dataclass(slots=True)
class Course:
    """What befalls one call beside its answer."""

    wait_s: float = 0.0
    fate: Fate = Fate.GIVEN
    remarks: list[str] = field(default_factory=list)
    answer: Answer | None = None
    """Set when the call never reaches an endpoint."""
    errcode: int | None = None


class Gate:
    """The handler of the public port."""

    def __init__(self, world: World, shipping: Shipping, subscriptions: Subscriptions) -> None:
        self.world = world
        self.rates = Rates()
        self.endpoints = build(self.rates, shipping, subscriptions)

    def __call__(self, request: Request) -> Answer:
        """Answer one call; HTTP 200 whatever the verdict."""
        began = perf_counter()
        world = self.world
        call = Call(world, request, world.now(), request.headers.get(ADDRESS_HEADER, "")[:60])
        likely = self._likely_app(request)
        if not call.caller_ip:
            call.caller_ip = likely.egress_ip if likely is not None else "127.0.0.1"
        course = self._strike(likely, request)
        if course.answer is not None:
            self._note(call, began, b"", 502 if course.answer.status == 502 else 0, "", course)
            return course.answer
        code, rid, body, headers = self._verdict(call, course)
        app = call.app or likely
        self._travel(app, request, len(body), course)
        self._note(call, began, body, code, rid, course)
        plain = app is not None and app.quirks.text_plain and world.dice.random() < 0.5
        answer = Answer(body, headers=headers, wait_s=course.wait_s, fate=course.fate)
        if plain:
            answer.kind = "text/plain"
        return answer

    def _verdict(self, call: Call, course: Course) -> tuple[int, str, bytes, tuple[tuple[str, str], ...]]:
        """errcode, rid, body and extra headers."""
        opened: Opened | None = None
        rid = ""
        try:
            endpoint = self._endpoint(call.request, course)
            opened = self._admit(call, endpoint)
            fields = endpoint.answer(call)
            if endpoint.errcode_zero:
                fields = {"errcode": 0, "errmsg": "ok", **fields}
            code = 0
        except Refusal as refusal:
            rid = new_rid(call.now)
            fields = {"errcode": refusal.errcode, "errmsg": f"{refusal.words} rid: {rid}"}
            code = refusal.errcode
        if call.app is not None and call.app.quirks.extra_fields:
            fields["sandbox_" + secrets.token_hex(3)] = secrets.randbelow(1000)
        body = msgspec.json.encode(fields)
        if opened is None or call.app is None:
            return code, rid, body, ()
        sealed, headers = seal_answer(call.app, opened.url, body)
        return code, rid, sealed, headers

    def _endpoint(self, request: Request, course: Course) -> Endpoint:
        if course.errcode is not None:
            raise Refusal(course.errcode)
        endpoint = self.endpoints.get(request.path)
        if endpoint is None:
            raise Refusal(404)
        if request.method != endpoint.method:
            raise Refusal(43002 if endpoint.method == "POST" else 43001)
        return endpoint

    def _admit(self, call: Call, endpoint: Endpoint) -> Opened | None:
        """Token, quota, API security and body, in this order; answers what was opened if it was sealed."""
        request = call.request
        if endpoint.by == "token":
            app = app_by_token(call)
            if endpoint.counted and request.path in _COUNTED:
                spend(self.world, app, request.path)
            if endpoint.secured and app.security is not None:
                opened = open_request(app, request)
                call.fields = opened.fields
                return opened
        if endpoint.body == "json" or (endpoint.body == "optional" and request.body):
            call.fields = read_fields(request.body)
        return None

    def _likely_app(self, request: Request) -> App | None:
        """Whose call this is, as far as can be told before it is judged."""
        query = request.query
        if appid := query.get("appid"):
            return self.world.apps.get(appid)
        if token := self.world.tokens.get(query.get("access_token", "")):
            return self.world.apps.get(token.appid)
        if request.path == "/cgi-bin/stable_token":
            return self.world.apps.get(_appid_in(request.body))
        return None

    def _strike(self, app: App | None, request: Request) -> Course:
        """Roll the dice for every trouble that is switched on."""
        course = Course()
        if app is None or not app.troubles:
            return course
        for trouble in list(app.troubles):
            if trouble.path not in ("", request.path) or self.world.dice.random() >= trouble.share:
                continue
            if trouble.left is not None:
                trouble.left -= 1
                if trouble.left <= 0:
                    app.troubles.remove(trouble)
                self.world.keep("app", app.appid, app)
            _befall(course, trouble)
        return course

    def _travel(self, app: App | None, request: Request, answer_size: int, course: Course) -> None:
        place = self._vantage(app, request)
        if place.round_trip_s == 0:
            return
        hour = datetime.fromtimestamp(self.world.now() + 8 * 3600, UTC).hour
        size = answer_size + len(request.body) + 800  # headers of both directions
        journey = travel(place, size, self.world.dice, new_connection=request.opens_connection, beijing_hour=hour)
        course.wait_s += journey.added_s
        course.remarks.append(place.name)
        if journey.reset:
            course.fate = Fate.CUT
            course.remarks.append("reset")

    def _vantage(self, app: App | None, request: Request) -> Vantage:
        """The request's own header, else the app's setting, else the sandbox's."""
        asked = request.headers.get(VANTAGE_HEADER)
        found = find_vantage(asked) if asked is not None else None
        if found is None and app is not None and app.vantage != "none":
            found = find_vantage(app.vantage)
        found = found or find_vantage(self.world.settings.vantage)
        assert found is not None
        return found

    def _note(self, call: Call, began: float, body: bytes, code: int, rid: str, course: Course) -> None:
        request = call.request
        self.world.metrics[request.path if request.path in self.endpoints else "(other)", code] += 1
        failed = code != 0
        row = LogRow(
            at=call.now,
            tenant=call.app.appid if call.app is not None else "",
            method=request.method,
            path=request.path[:300],
            query=REDACTION.query(request.query),
            body=REDACTION.json(request.body) if failed else "",
            answer=REDACTION.json(body) if failed else "",
            code=code,
            trace=rid,
            cost_us=int((perf_counter() - began) * 1e6),
            caller=call.caller_ip,
            remark=" ".join(course.remarks),
        )
        self.world.journal.log(row)


def _befall(course: Course, trouble: Trouble) -> None:
    course.remarks.append(trouble.kind)
    match trouble.kind:
        case "errcode":
            course.errcode = trouble.errcode
        case "cut":
            course.answer = Answer(b"", fate=Fate.CUT)
        case "lost":
            course.fate = Fate.CUT
        case "silent":
            course.fate = Fate.SILENT
        case "slow":
            course.wait_s += trouble.delay_ms / 1000
        case "html_502":
            course.answer = Answer(GATEWAY_PAGE, kind="text/html", status=502)


def _appid_in(body: bytes) -> str:
    try:
        fields: Fields = read_fields(body)
    except Refusal:
        return ""
    appid = fields.get("appid")
    return appid if isinstance(appid, str) else ""
