"""What the consent routes take and answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from yumen.customer.consent.choices import CHOICES_MAX
from yumen.customer.consent.envelope import Envelope
from yumen.customer.consent.notice_store import NoticeRecord
from yumen.customer.consent.notices import Notice
from yumen.customer.consent.purposes import GROUNDS
from yumen.customer.consent.receipt import Receipt
from yumen.customer.consent.store import Standing
from yumen.kit.i18n import Language
from yumen.kit.ids import HandlerId
from yumen.kit.web import PAGE_MAX
from yumen.security.datamap import Purpose

AppId = Annotated[str, QueryParameter(pattern="^(wx[0-9a-z]{16})?$", description="The mini-program's appid")]
ReceiptPath = Annotated[str, PathParameter(pattern="^cns_[0-9a-hjkmnp-tv-z]{26}$")]
Cursor = Annotated[str, QueryParameter(pattern="^[a-z0-9_]{0,40}$", description="`next_cursor` of the page before")]
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)]


@dataclass(frozen=True, slots=True)
class AppHandlers:
    """Which handler an appid belongs to, or None. Wired once for each process."""

    by_appid: Callable[[str], HandlerId | None]


class NoticeView(msgspec.Struct):
    """A notice to be shown. `hash` goes back with the answer; `asks` is false where nothing is to be answered."""

    purpose: Purpose
    version: int
    hash: str
    basis: str
    asks: bool
    separate_article: int | None
    language: Language
    title: str
    text: str
    kinds: list[str]

    @classmethod
    def of(cls, record: NoticeRecord, notice: Notice, language: Language) -> NoticeView:
        ground, words = GROUNDS[record.purpose], notice.words(language)
        return cls(
            purpose=record.purpose,
            version=record.version,
            hash=record.notice_hash.hex(),
            basis=ground.basis.value,
            asks=ground.asks,
            separate_article=ground.separate,
            language=language,
            title=words.title,
            text=words.text,
            kinds=[kind.value for kind in notice.kinds],
        )


class ConsentView(msgspec.Struct):
    """Where a purpose stands.

    `ask` says that the person should be shown the notice and asked (again): never for what this person may not be
    asked for, as a minor.
    """

    purpose: Purpose
    state: Literal["unasked", "given", "refused", "withdrawn"]
    ask: bool
    notice_hash: str
    notice_version: int
    answered_version: int | None = None
    answered_at: datetime | None = None
    receipt: str | None = None

    @classmethod
    def of(cls, notice: NoticeRecord, standing: Standing | None, *, barred: bool) -> ConsentView:
        view = cls(notice.purpose, "unasked", not barred, notice.notice_hash.hex(), notice.version)
        if standing is not None:
            view.state = standing.state.value
            view.ask = not standing.current and not barred
            view.answered_version = standing.version
            view.answered_at = standing.answered_at
            view.receipt = standing.id
        return view


class ConsentsView(msgspec.Struct):
    items: list[ConsentView]


class NoticesView(msgspec.Struct):
    items: list[NoticeView]


class ChoiceBody(msgspec.Struct, forbid_unknown_fields=True):
    """One answer to one notice, named by its hash, as it was shown in that language."""

    purpose: Purpose
    answer: Literal["given", "refused"]
    notice_hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", examples=["1ab21d83" * 8])]
    language: Literal["en", "zh"]


class ChoicesBody(msgspec.Struct, forbid_unknown_fields=True):
    choices: Annotated[list[ChoiceBody], Meta(min_length=1, max_length=CHOICES_MAX)]


class ReceiptLine(msgspec.Struct):
    id: str
    purpose: str
    state: str
    answered_at: datetime


class ReceiptView(msgspec.Struct):
    """`signed` is to be kept; `receipt` is the same, opened for reading."""

    signed: Envelope
    receipt: Receipt


class ReceiptKeyView(msgspec.Struct):
    kid: str
    alg: str
    signer_id: str
    public_key_pem: str
