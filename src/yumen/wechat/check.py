"""Test an account's settings against WeChat, step by step, and say of each failure what to do.

Four steps, in this order: AppID and secret, IP allow-list, access token (all by getStableAccessToken and a first
call), push address (callbackCheck). A step that cannot be judged, because an earlier one failed, is said to be not
checked. Nothing here writes or forces anything: normal mode gives the token that everybody else has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.i18n import Language, text
from yumen.wechat.account import APPID, ENCODING_AES_KEY, PUSH_TOKEN, SECRET, Account, PushMode
from yumen.wechat.answers import Addresses, CallbackCheck
from yumen.wechat.errors import WechatError, explain
from yumen.wechat.token import PATH, Granted
from yumen.wechat.transport import Transport

BAD_ADDRESS: Final = frozenset({40164, 89503, 89506, 89507, 61004})
NO_PUSH_ADDRESS: Final = 40201
LOSS_ODD: Final = frozenset({"", "0%", "0.0%", "0.00%"})


class Step(StrEnum):
    SECRET = "secret"  # noqa: S105  # the name of a step
    ADDRESS = "address"
    TOKEN = "token"  # noqa: S105  # the name of a step
    PUSH = "push"


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One step's outcome. `code` is a text of `locales/`, or `errcode` is Tencent's; facts fill the text."""

    step: Step
    verdict: Verdict
    code: str = ""
    errcode: int | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)

    def sentence(self, language: Language) -> str:
        """Which step, what was found, and for a failure the way out."""
        step = text(f"wechat.check.step.{self.step}", language)
        return text("wechat.check.sentence", language, step=step, said=self._said(language))

    def _said(self, language: Language) -> str:
        if self.errcode is not None:
            address, rid = str(self.facts.get("address", "?")), str(self.facts.get("rid", "–"))
            return explain(self.errcode, language, address, rid)
        return text(self.code or f"wechat.check.{self.step}.{self.verdict}", language, **self.facts)


async def check(transport: Transport, account: Account) -> list[Finding]:
    """All steps, in order; never raises for what it was asked to find out."""
    shape = malformed(account)
    if shape is not None:
        return [shape, *_unchecked(Step.ADDRESS, Step.TOKEN, Step.PUSH)]
    token, findings = await _token(transport, account)
    if token is None:
        return findings
    call = await _first_call(transport, token)
    if call.verdict is not Verdict.PASSED:
        return [*findings, call, *_unchecked(Step.PUSH)]
    return [*findings, call, await _push(transport, account, token)]


def malformed(account: Account) -> Finding | None:
    """What can be seen without asking WeChat: the shape of AppID, secret, push token and key. Pure."""
    push = account.push
    wrong = (
        ("wechat.check.appid_shape", APPID.fullmatch(account.appid) is None),
        ("wechat.check.secret_shape", SECRET.fullmatch(account.secret) is None),
        ("wechat.check.push_token_shape", push is not None and PUSH_TOKEN.fullmatch(push.token) is None),
        (
            "wechat.check.push_key_shape",
            push is not None
            and push.mode is not PushMode.PLAIN
            and ENCODING_AES_KEY.fullmatch(push.encoding_aes_key) is None,
        ),
    )
    code = next((code for code, is_wrong in wrong if is_wrong), None)
    return None if code is None else Finding(Step.SECRET, Verdict.FAILED, code)


async def _token(transport: Transport, account: Account) -> tuple[str | None, list[Finding]]:
    """Secret and allow-list: which of the two refused is told by the errcode."""
    body = {"grant_type": "client_credential", "appid": account.appid, "secret": account.secret}
    try:
        granted = await transport.ask(Granted, PATH, {}, body, repeatable=True)
    except WechatError as refused:
        if refused.errcode in BAD_ADDRESS:
            good = Finding(Step.SECRET, Verdict.PASSED)
            return None, [good, _refusal(Step.ADDRESS, refused), *_unchecked(Step.TOKEN, Step.PUSH)]
        return None, [_refusal(Step.SECRET, refused), *_unchecked(Step.ADDRESS, Step.TOKEN, Step.PUSH)]
    except (NotSent, Unsettled, Rejected) as failure:
        return None, [_failure(Step.SECRET, failure), *_unchecked(Step.ADDRESS, Step.TOKEN, Step.PUSH)]
    return granted.access_token, [Finding(Step.SECRET, Verdict.PASSED), Finding(Step.ADDRESS, Verdict.PASSED)]


async def _first_call(transport: Transport, token: str) -> Finding:
    """Does WeChat take the token, and from where does it push?"""
    try:
        found = await transport.ask(Addresses, "/cgi-bin/getcallbackip", {"access_token": token}, repeatable=True)
    except WechatError as refused:
        return _refusal(Step.TOKEN, refused)
    except (NotSent, Unsettled, Rejected) as failure:
        return _failure(Step.TOKEN, failure)
    return Finding(Step.TOKEN, Verdict.PASSED, facts={"sources": len(found.ip_list)})


async def _push(transport: Transport, account: Account, token: str) -> Finding:
    """How the push address looks from WeChat; without push in our settings that is said, not checked."""
    if account.push is None:
        return Finding(Step.PUSH, Verdict.NOT_CHECKED, "wechat.check.push.off")
    path, query = "/cgi-bin/callback/check", {"access_token": token}
    body = {"action": "all", "check_operator": "DEFAULT"}
    try:
        seen = await transport.ask(CallbackCheck, path, query, body, repeatable=True)
    except WechatError as refused:
        return _refusal(Step.PUSH, refused)
    except (NotSent, Unsettled, Rejected) as failure:
        return _failure(Step.PUSH, failure)
    return judge_push(seen)


def judge_push(seen: CallbackCheck) -> Finding:
    """Pure: is the host resolved, and reached without loss?"""
    if not seen.dns:
        return Finding(Step.PUSH, Verdict.FAILED, "wechat.check.push.unresolved")
    lossy = [ping for ping in seen.ping if ping.package_loss not in LOSS_ODD]
    if lossy:
        facts = {"ip": lossy[0].ip, "operator": lossy[0].from_operator, "loss": lossy[0].package_loss}
        return Finding(Step.PUSH, Verdict.FAILED, "wechat.check.push.lossy", facts=facts)
    return Finding(Step.PUSH, Verdict.PASSED, facts={"ip": seen.dns[0].ip, "operator": seen.dns[0].real_operator})


def _refusal(step: Step, refused: WechatError) -> Finding:
    facts = {"address": refused.address or "?", "rid": refused.rid or "–"}
    return Finding(step, Verdict.FAILED, errcode=refused.errcode, facts=facts)


def _failure(step: Step, failure: NotSent | Unsettled | Rejected) -> Finding:
    return Finding(step, Verdict.FAILED, failure.code, facts=dict(failure.facts))


def _unchecked(*steps: Step) -> list[Finding]:
    return [Finding(step, Verdict.NOT_CHECKED, "wechat.check.not_checked") for step in steps]
