"""What people are shown before they answer: versioned, hashed, in both languages, read from TOML.

The package brings a text for each purpose; a brand puts its own file of the same name into its folder. Facts such as
the handler's name are filled in before hashing, so the hash is of what the person saw. A notice whose `needs` nobody
gave (an export without recipient) is left out: what has no notice cannot be asked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from string import Formatter
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from yumen.customer.consent.purposes import GROUNDS
from yumen.kit.crypto import sm3
from yumen.kit.i18n import LANGUAGES, Language
from yumen.security.datamap import After, Kind, Purpose

Facts = Mapping[Language, Mapping[str, str]]
"""What fills the placeholders, by language: `handler` and `contact` always, others where a notice needs them."""

ALWAYS: Final = frozenset({"handler", "contact"})
FACTS_FILE: Final = "facts.toml"
"""Lies in a brand's folder beside its notices and holds its facts; whoever calls `load` has read it."""
FILE_BYTES_MAX: Final = 32_768


class BadNoticeError(ValueError):
    """A notice file that cannot be shown: a wrong field, a missing language or fact. Nothing may start with it."""


class NoticeText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language. `controller` and `contact` are filled in from the facts."""

    title: Annotated[str, Meta(min_length=1, max_length=120)]
    text: Annotated[str, Meta(min_length=1, max_length=8000)]
    controller: str = ""
    contact: str = ""
    recipient: str = ""


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is shown, and what it is about: purpose, kinds of data, method, period.

    `needs` names the facts beyond handler and contact, `recipient` the one of them that says who else gets the data.
    """

    purpose: Purpose
    version: Annotated[int, Meta(ge=1, le=100_000)]
    material: bool
    kinds: tuple[Kind, ...]
    methods: tuple[str, ...]
    keep_days: int
    keep_after: After
    en: NoticeText
    zh: NoticeText
    needs: tuple[str, ...] = ()
    recipient: str = ""

    def words(self, language: Language) -> NoticeText:
        return self.zh if language == "zh" else self.en

    def body(self) -> bytes:
        """Canonical JSON: names sorted, no spaces, UTF-8. This is what is hashed and kept."""
        return msgspec.json.encode(self, order="sorted")

    def hash(self) -> bytes:
        """SM3 of the body, 32 bytes."""
        return sm3(self.body())

    def matter_hash(self) -> bytes:
        """SM3 over what PIPL art. 14 calls a change: purpose, method, kinds of data; recipient and period as well."""
        matter = [
            self.purpose,
            sorted(self.kinds),
            sorted(self.methods),
            self.keep_days,
            self.keep_after,
            self.zh.recipient,
            self.en.recipient,
        ]
        return sm3(msgspec.json.encode(matter))


def load(facts: Facts, folder: Path | None = None) -> tuple[Notice, ...]:
    """Every notice that these facts can fill, sorted by purpose; a brand's file replaces the packaged one.

    Raises BadNoticeError with the file's name.
    """
    files = {file.name: file.read_text("utf-8") for file in _packaged()}
    if folder is not None:
        own = (file for file in sorted(folder.glob("*.toml")) if file.name != FACTS_FILE)
        files.update({file.name: file.read_text("utf-8") for file in own})
    read = [_parse(name, text) for name, text in sorted(files.items())]
    return tuple(_filled(name, notice, facts) for name, notice in read if _has_needs(name, notice, facts))


def of_body(body: bytes) -> Notice:
    """A notice as it was kept."""
    return msgspec.json.decode(body, type=Notice)


def _packaged() -> Iterable[Path]:
    folder = resources.files("yumen.customer.consent") / "notices"
    return [Path(str(file)) for file in folder.iterdir() if file.name.endswith(".toml")]


def _parse(name: str, text: str) -> tuple[str, Notice]:
    if len(text.encode()) > FILE_BYTES_MAX:
        raise BadNoticeError(f"{name}: larger than {FILE_BYTES_MAX} bytes")
    try:
        notice = msgspec.convert(tomllib.loads(text), Notice)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise BadNoticeError(f"{name}: {wrong}") from wrong
    if name != f"{notice.purpose}.toml":
        raise BadNoticeError(f"{name}: is about {notice.purpose}")
    if GROUNDS[notice.purpose].separate in (23, 39) and notice.recipient not in notice.needs:
        raise BadNoticeError(f"{name}: must need the recipient (PIPL art. 23, 39)")
    return name, notice


def _has_needs(name: str, notice: Notice, facts: Facts) -> bool:
    """All facts that it needs are given, or none. Raises BadNoticeError for some."""
    given = [need for need in notice.needs if all(facts.get(language, {}).get(need) for language in LANGUAGES)]
    if 0 < len(given) < len(notice.needs):
        raise BadNoticeError(f"{name}: needs also {', '.join(sorted(set(notice.needs) - set(given)))}")
    return len(given) == len(notice.needs)


def _filled(name: str, notice: Notice, facts: Facts) -> Notice:
    return msgspec.structs.replace(
        notice,
        en=_words(name, notice, notice.en, facts.get("en", {})),
        zh=_words(name, notice, notice.zh, facts.get("zh", {})),
    )


def _words(name: str, notice: Notice, words: NoticeText, facts: Mapping[str, str]) -> NoticeText:
    named = {field for _, field, _, _ in Formatter().parse(words.text + words.title) if field is not None}
    known = ALWAYS | set(notice.needs)
    if strangers := named - known:
        raise BadNoticeError(f"{name}: unknown placeholders {', '.join(sorted(strangers))}")
    if missing := {fact for fact in known if not facts.get(fact)}:
        raise BadNoticeError(f"{name}: nobody gave {', '.join(sorted(missing))}")
    used = {fact: facts[fact] for fact in known}
    return NoticeText(
        title=words.title.format_map(used),
        text=words.text.format_map(used),
        controller=facts["handler"],
        contact=facts["contact"],
        recipient=used.get(notice.recipient, ""),
    )
