"""Secrets that every shopper downloads with the package."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from yumen.audit.finding import Certainty, Finding
from yumen.audit.redact import secret
from yumen.audit.rule import Area, Effect, Effort, rule
from yumen.audit.source import Program, SourceEvidence
from yumen.audit.source.facts import PROP, THIS, Facts, Literal
from yumen.audit.source.gathered import look
from yumen.audit.source.sites import at
from yumen.kit.errors import Fact
from yumen.law import Tag

ENTROPY_MIN: Final = 3.0
"""Bits a character; below it a text is a word or a pattern."""

_APP_SECRET: Final = re.compile(r"app_?secret|wx_?secret|appsec\b|component_?secret", re.IGNORECASE)
_MERCHANT: Final = re.compile(
    r"mch_?key|merchant_?key|partner_?key|pay_?key|pay_?secret|api_?v?[23]_?key|paysign_?key|mch_?secret", re.IGNORECASE
)
_NAMED: Final = re.compile(
    r"secret|passwd|password|private_?key|access_?key|api_?key|auth_?token|access_?token|client_?key|sign_?key|aes_?key"
    r"|des_?key|encrypt_?key|salt$",
    re.IGNORECASE,
)
_PUBLIC: Final = re.compile(
    r"public|pub_?key|map|lbs|placeholder|label|title|text|msg|storage|cache|name$|type$|url$", re.IGNORECASE
)
_CLOUD: Final = re.compile(r"\b(AKID[0-9A-Za-z]{13,40}|LTAI[0-9A-Za-z]{12,24}|(?:AKIA|ASIA)[0-9A-Z]{16})\b")
_SERVICE: Final = re.compile(
    r"\b(sk_live_[0-9A-Za-z]{16,}|gh[po]_[0-9A-Za-z]{36}|xox[abp]-[0-9A-Za-z-]{16,}|AIza[0-9A-Za-z_-]{35})\b"
)
_TOKEN: Final = re.compile(r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}")
_SERVER: Final = re.compile(r"https?://(?:\w+\.)?api\.weixin\.qq\.com")
_HEX32: Final = re.compile(r"^[0-9a-f]{32}$")
_KEY32: Final = re.compile(r"^[0-9A-Za-z]{32}$")
_SAMPLE: Final = re.compile(
    r"x{4,}|your|示例|example|placeholder|test|demo|mock|\*{3}|<|0{8}|12345678|填写|替换|changeme", re.IGNORECASE
)
_SAMPLE_FILE: Final = re.compile(
    r"(?:^|[/._-])(?:mocks?|tests?|__tests__|examples?|fixtures?|spec|demo)(?:[/._-]|$)", re.IGNORECASE
)


@rule("SRC001", Area.SOURCE, Tag.PLATFORM, Effect.RISKY, requirements=("wx.secret", "pipl.51"), effort=Effort.DAY)
def app_secret_in_the_package(source: SourceEvidence) -> Iterator[Finding]:
    """The AppSecret stands in the code.

    Whoever has the AppSecret can log in as the mini-program: exchange login codes, read telephone numbers, send
    messages. The package is downloaded by every shopper and unpacked with free tools in minutes. Tencent's login page
    says that the secret stays on the server.

    Found: {name} holds a text of the form of an AppSecret: {value}.

    Way out: Reset the secret in the WeChat back office now, for it counts as known. Keep the new one in the server's
    settings or key store, and let the client send only the code of `wx.login`.
    """
    for program, file, literal in _literals(source):
        if _is_app_secret(literal):
            yield _found(program, file, literal)


@rule("SRC002", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("pipl.51", "wx.secret"), effort=Effort.DAY)
def cloud_key_in_the_package(source: SourceEvidence) -> Iterator[Finding]:
    """A key of a cloud account stands in the code.

    The identifiers of Tencent Cloud (`AKID`), Alibaba Cloud (`LTAI`) and AWS (`AKIA`) have fixed forms. With the
    secret beside them anybody may read or delete what the account may: buckets with pictures and exports first.

    Found: a key of a cloud account: {value}.

    Way out: Disable the key at the cloud, look through its access log, and let the server hand out short-lived
    credentials for one upload.
    """
    for program, file, literal in _literals(source):
        if key := _cloud_key(literal):
            yield _found(program, file, literal, key)


@rule("SRC003", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("pipl.51", "wx.secret"), effort=Effort.DAY)
def private_key_in_the_package(source: SourceEvidence) -> Iterator[Finding]:
    """A private key stands in the code.

    A key in the package is no private key: every shopper has it. What it signs can be forged, what was encrypted to
    it can be read, the merchant key of WeChat Pay included.

    Found: the beginning of a private key.

    Way out: Make a new pair, revoke the old one where it is registered, and sign on the server.
    """
    for program, file, literal in _literals(source):
        if _is_private_key(literal):
            yield _found(program, file, literal)


@rule("SRC004", Area.SOURCE, Tag.PLATFORM, Effect.RISKY, requirements=("wx.secret", "pipl.51"), effort=Effort.DAYS)
def merchant_key_in_the_package(source: SourceEvidence) -> Iterator[Finding]:
    """A merchant key of WeChat Pay stands in the code.

    With the API key anybody can make orders, refunds and fake payment notices in the merchant's name. Signing on the
    phone is a pattern of old tutorials.

    Found: {name} holds 32 characters of the form of a merchant key: {value}.

    Way out: Change the key in the merchant back office, and sign on the server; the client gets only the parameters of
    `wx.requestPayment`.
    """
    for program, file, literal in _literals(source):
        if _is_merchant_key(literal) and _entropy(literal.text) > ENTROPY_MIN:
            yield _found(program, file, literal)


@rule("SRC005", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("pipl.51",), effort=Effort.DAY)
def secret_by_its_name(source: SourceEvidence) -> Iterator[Finding]:
    """A text that looks random has the name of a secret.

    The name says that it opens something, the letters say that it is not a word. Keys that are public by design (maps,
    counters) are left out where their name tells so.

    Found: {name} holds a text that looks like a secret: {value}.

    Way out: If it opens anything, change it and move it to the server. If it is public by design, say so in its name
    or suppress this place with a reason.
    """
    for program, file, literal in _literals(source):
        if _is_secret(literal) and not _special(literal):
            yield _found(program, file, literal, certainty=Certainty.LIKELY)


@rule("SRC006", Area.SOURCE, Tag.PLATFORM, Effect.RISKY, requirements=("wx.secret",), effort=Effort.DAY)
def session_key_on_the_client(source: SourceEvidence) -> Iterator[Finding]:
    """The session key comes to the phone.

    `session_key` opens everything WeChat encrypts for this shopper: telephone number, steps, profile. Tencent forbids
    sending it to the client, where it could be used to forge such data towards your own server.

    Found: the code reads `{name}`; files that do: {files}.

    Way out: Keep it on the server, give the client a token of your own, and decrypt on the server.
    """
    for program in source.programs:
        reads = sorted(_session_keys(program))
        for name in sorted({one.name for one in reads}):
            first = next(one for one in reads if one.name == name)
            files = len({one.file for one in reads if one.name == name})
            told: dict[str, Fact] = {"name": name, "files": files}
            yield Finding(at(program, first.file, first.place, first.place), told, key=name)


@rule("SRC007", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("pipl.51",), effort=Effort.HOUR)
def token_in_the_package(source: SourceEvidence) -> Iterator[Finding]:
    """A signed token or a key of a service stands in the code.

    A token that was pasted for a test is somebody's session, often an administrator's, and often without an end. Keys
    of Stripe, GitHub, Slack and Google have forms of their own.

    Found: a token or service key: {value}.

    Way out: Revoke it at the issuer and let the client get its token by logging in.
    """
    for program, file, literal in _literals(source):
        if token := _token(literal):
            yield _found(program, file, literal, token)


@rule("SRC008", Area.SOURCE, Tag.PLATFORM, Effect.RISKY, requirements=("wx.secret",), effort=Effort.DAY)
def server_interface_on_the_client(source: SourceEvidence) -> Iterator[Finding]:
    """The client calls WeChat's server interface by itself.

    `api.weixin.qq.com` cannot be put on the domain list, so the call fails on every phone outside the developer tool;
    and to make it, AppSecret or access token must be on the phone.

    Found: the address {url} stands in the client's code.

    Way out: Call it from the server and give the client the result it needs.
    """
    for program, file, literal in _literals(source):
        if _is_server_interface(literal):
            place = at(program, file, literal.start, literal.end)
            yield Finding(place, {"url": literal.text.split("?")[0][:80]})


class _Read(NamedTuple):
    """Where a session key is read. One that was put aside is no news: those come last."""

    aside: bool
    file: int
    place: int
    name: str


def _session_keys(program: Program) -> Iterator[_Read]:
    for file, number, name in program.gathered.reads:
        if program.is_own(file):
            facts = program.facts[file]
            held = facts.values[number][1]
            base = facts.values[held] if isinstance(held, int) else (0,)
            aside = base[0] == THIS or (base[0] == PROP and base[2] in {"globalData", "data", "properties"})
            yield _Read(aside, file, facts.places[number], name)


def _literals(source: SourceEvidence) -> Iterator[tuple[Program, int, Literal]]:
    """Literals of the brand's own code that some rule speaks of."""
    for program in source.programs:
        for file, literals in program.gathered.told(_suspects):
            if program.is_own(file):
                yield from ((program, file, literal) for literal in literals)


@look
def _suspects(facts: Facts) -> list[Literal]:
    """Literals that some rule of this file speaks of, without examples and copies of one text in one file."""
    if not facts.literals or _SAMPLE_FILE.search(facts.path):
        return []
    distinct: dict[str, Literal] = {}
    for literal in facts.literals:
        distinct.setdefault(literal.text, literal)
    return [one for one in distinct.values() if any(asks(one) for asks in _ASKED)]


def _found(
    program: Program, file: int, literal: Literal, value: str = "", certainty: Certainty = Certainty.PROVEN
) -> Finding:
    place = at(program, file, literal.start, literal.end)
    name = literal.names[-1] if literal.names else "?"
    facts = {"name": name, "value": secret(value or literal.text)}
    return Finding(place, facts, certainty, hidden=((literal.start, literal.end),), key=f"{name} {len(literal.text)}")


def _special(literal: Literal) -> bool:
    """Told by another rule of this file."""
    return bool(
        _CLOUD.search(literal.text)
        or _TOKEN.search(literal.text)
        or _SERVICE.search(literal.text)
        or "-----BEGIN" in literal.text
        or _is_app_secret(literal)
        or _is_merchant_key(literal)
    )


def _is_app_secret(literal: Literal) -> bool:
    return _HEX32.match(literal.text) is not None and any(_APP_SECRET.search(name) for name in literal.names[-2:])


def _is_merchant_key(literal: Literal) -> bool:
    has_form = _KEY32.match(literal.text) is not None
    return has_form and bool(literal.names) and _MERCHANT.search(literal.names[-1]) is not None


def _is_private_key(literal: Literal) -> bool:
    return "PRIVATE KEY-----" in literal.text and "-----BEGIN" in literal.text


def _cloud_key(literal: Literal) -> str:
    found = _CLOUD.search(literal.text)
    return found[1] if found is not None and not _SAMPLE.search(literal.text) else ""


def _token(literal: Literal) -> str:
    found = _TOKEN.search(literal.text) or _SERVICE.search(literal.text)
    return found[0] if found is not None and not _SAMPLE.search(literal.text) else ""


def _is_server_interface(literal: Literal) -> bool:
    return _SERVER.match(literal.text) is not None


def _is_secret(literal: Literal) -> bool:
    text, names = literal.text, literal.names[-2:]
    if not 12 <= len(text) <= 512 or not any(_NAMED.search(name) for name in names):
        return False
    if (
        any(_PUBLIC.search(name) for name in names)
        or re.search(r"[\s/:{}<>,\u4e00-\u9fff]", text)
        or _SAMPLE.search(text)
    ):
        return False
    if re.fullmatch(r"[a-z]+(?:[-_.][a-z0-9]+)*|[A-Z_]+|[\w.-]+\.(?:png|jpg|js|html)", text):
        return False
    return any(c.isdigit() for c in text) and any(c.isalpha() for c in text) and _entropy(text) > ENTROPY_MIN


def _entropy(text: str) -> float:
    """Shannon entropy of its characters, in bits each."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


_ASKED: Final[tuple[Callable[[Literal], object], ...]] = (
    _is_app_secret, _cloud_key, _is_private_key, _is_merchant_key, _is_secret, _token, _is_server_interface,
)  # fmt: skip
"""What the rules of this file ask of a literal."""
