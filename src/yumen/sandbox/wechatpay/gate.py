"""Answer the API: admit the caller, find the endpoint, misbehave where told to, sign, note the call."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter, time
from typing import Final

import msgspec

from yumen.sandbox.kit.exchange import Answer, Fate, Request
from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.kit.vantage import find_vantage, travel
from yumen.sandbox.wechatpay.calls import Call, Nonces, Said, admit
from yumen.sandbox.wechatpay.endpoints import Endpoint, Endpoints
from yumen.sandbox.wechatpay.rates import Rates
from yumen.sandbox.wechatpay.records import Merchant, Trouble
from yumen.sandbox.wechatpay.redaction import REDACTION
from yumen.sandbox.wechatpay.refusals import INTERNAL, Refusal
from yumen.sandbox.wechatpay.signing import SPOILS, Headers, signed_headers, signer_of_answer
from yumen.sandbox.wechatpay.world import World

JSON: Final = "application/json; charset=utf-8"
GATEWAY_PAGE: Final = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1>"
_MCHID: Final = re.compile(r'mchid="([^"]{1,32})"')


@dataclass(slots=True)
class Course:
    """What befalls one call beside its answer."""

    wait_s: float = 0.0
    fate: Fate = Fate.GIVEN
    spoil: str = ""
    before: Refusal | None = None
    after: Refusal | None = None
    answer: Answer | None = None
    """Set when the call never reaches an endpoint."""
    extra_fields: bool = False
    remarks: list[str] = field(default_factory=list)


class Gate:
    """The handler of the public port."""

    def __init__(self, world: World, endpoints: Endpoints) -> None:
        self.world = world
        self.endpoints = endpoints
        self.rates = Rates()
        self.nonces = Nonces()

    def __call__(self, request: Request) -> Answer:
        """Answer one call."""
        began = perf_counter()
        call = Call(self.world, request, self.world.now())
        likely = self._likely(request)
        name, found = "(other)", None
        refusal: Refusal | None = None
        try:
            found = self.endpoints.find(request)
            name = found[0].name if found else name
        except Refusal as wrong_method:
            refusal = wrong_method
        course = self._strike(likely, name)
        if course.answer is not None:
            self._note(call, began, name, course.answer, "", course)
            return course.answer
        said = Said()
        try:
            if refusal is not None:
                raise refusal
            said = self._verdict(call, found, course)
        except Refusal as fault:
            refusal = fault
            if name == "refund" and call.merchant is not None:
                refusal = self._bad_refund(call.merchant, fault)
        answer = self._written(call, said, refusal, course)
        self._travel(request, answer, course)
        self._note(call, began, name, answer, "" if refusal is None else refusal.code, course)
        return answer

    def _verdict(self, call: Call, found: tuple[Endpoint, str] | None, course: Course) -> Said:
        """What the endpoint says. Raises Refusal."""
        admit(call, self.nonces)
        if found is None:
            raise Refusal("RESOURCE_NOT_EXISTS", "请求的接口不存在")
        if course.before is not None:
            raise course.before
        endpoint, call.part = found
        self.rates.take(call.known(), endpoint.name, time())
        said = endpoint.answer(call)
        if course.after is not None:
            raise course.after
        return said

    def _bad_refund(self, merchant: Merchant, fault: Refusal) -> Refusal:
        """Refused refunds are counted apart, and few are allowed."""
        if fault.code in {"SYSTEM_ERROR", "FREQUENCY_LIMITED"}:
            return fault
        try:
            self.rates.take(merchant, "refund_bad", time())
        except Refusal as limited:
            return limited
        return fault

    def _written(self, call: Call, said: Said, refusal: Refusal | None, course: Course) -> Answer:
        """Status, body, signature and Request-ID."""
        if refusal is None and said.file is not None:
            said.file.wait_s, said.file.fate = course.wait_s, course.fate
            said.file.headers = (_request_id(0),)
            return said.file
        merchant = call.merchant
        status, body, number = 200, b"", 0
        if refusal is not None:
            fields = refusal.body(merchant is not None and merchant.quirks.old_error_codes)
            status, number = refusal.status, INTERNAL.get(refusal.code, 268435456 + refusal.status)
            body = msgspec.json.encode(fields)
        elif said.fields is None:
            status = 204
        else:
            fields = said.fields
            if course.extra_fields or (merchant is not None and merchant.quirks.extra_fields):
                fields["sandbox_" + secrets.token_hex(3)] = [None, {"new": 1}]
            body = msgspec.json.encode(fields)
        signer = signer_of_answer(merchant, call.request.headers.get("wechatpay-serial", ""))
        signed: Headers = signed_headers(self.world, merchant, signer, body, course.spoil)
        headers = (_request_id(number), *signed)
        return Answer(body, kind=JSON, status=status, headers=headers, wait_s=course.wait_s, fate=course.fate)

    def _likely(self, request: Request) -> Merchant | None:
        """Whose call this is, as far as can be told before it is judged."""
        named = _MCHID.search(request.headers.get("authorization", ""))
        return self.world.merchants.get(named[1]) if named else None

    def _strike(self, merchant: Merchant | None, endpoint: str) -> Course:
        """Roll the dice for every trouble that is switched on."""
        course = Course()
        if merchant is None or not merchant.troubles:
            return course
        for trouble in list(merchant.troubles):
            if trouble.endpoint not in ("", endpoint) or self.world.dice.random() >= trouble.share:
                continue
            if trouble.left is not None:
                trouble.left -= 1
                if trouble.left <= 0:
                    merchant.troubles.remove(trouble)
                self.world.save_merchant(merchant)
            _befall(course, trouble)
        return course

    def _travel(self, request: Request, answer: Answer, course: Course) -> None:
        """The road from where the caller seems to sit."""
        place = find_vantage(request.headers.get("yumen-sandbox-vantage", self.world.settings.vantage))
        if place is None or place.round_trip_s == 0:
            return
        size, hour = len(request.body) + len(answer.body), (datetime.now(UTC).hour + 8) % 24
        journey = travel(place, size, self.world.dice, new_connection=request.opens_connection, beijing_hour=hour)
        answer.wait_s += journey.added_s
        course.remarks.append(place.name)
        if journey.reset:
            answer.fate = Fate.CUT

    def _note(self, call: Call, began: float, name: str, answer: Answer, code: str, course: Course) -> None:
        request, failed = call.request, bool(code)
        self.world.metrics[name, code or str(answer.status)] += 1
        row = LogRow(
            at=call.now,
            tenant=call.merchant.mchid if call.merchant is not None else "",
            method=request.method,
            path=request.path[:300],
            query=REDACTION.query(request.query),
            body=REDACTION.json(request.body) if failed else "",
            answer=REDACTION.json(answer.body) if failed else "",
            code=answer.status,
            trace="",
            cost_us=int((perf_counter() - began) * 1e6),
            caller=code,
            remark=" ".join(course.remarks),
        )
        self.world.journal.log(row)


def _befall(course: Course, trouble: Trouble) -> None:
    course.remarks.append(trouble.kind)
    if trouble.kind in SPOILS:
        course.spoil = trouble.kind
        return
    match trouble.kind:
        case "error":
            course.before = Refusal(trouble.code, status=trouble.status)
        case "error_after":
            course.after = Refusal(trouble.code, status=trouble.status)
        case "lost":
            course.fate = Fate.CUT
        case "silent":
            course.fate = Fate.SILENT
        case "cut" | "silent_before":
            course.answer = Answer(b"", fate=Fate.CUT if trouble.kind == "cut" else Fate.SILENT)
        case "html_502":
            course.answer = Answer(GATEWAY_PAGE, kind="text/html", status=502)
        case "slow":
            course.wait_s += trouble.delay_ms / 1000
        case "extra_fields":
            course.extra_fields = True


def _request_id(number: int) -> tuple[str, str]:
    return "Request-ID", f"08{secrets.token_hex(14).upper()}-{number}"
