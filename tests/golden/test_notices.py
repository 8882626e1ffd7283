"""What people are shown, with made-up names in the blanks: the texts that a lawyer reads."""

from __future__ import annotations

from collections.abc import Callable
from string import Formatter

from yumen.customer.consent import notices
from yumen.customer.consent.notices import Notice
from yumen.customer.consent.purposes import GROUNDS
from yumen.kit.i18n import Language

NEEDS = (
    "export_recipient",
    "export_recipient_country",
    "export_recipient_contact",
    "export_recipient_rights",
    "export_purpose",
    "share_recipient",
    "share_recipient_contact",
    "share_purpose",
    "publication_place",
    "imaging_place",
    "imaging_purpose",
    "sensitive_what",
    "sensitive_why",
    "sensitive_effect",
)


def made_up(handler: str) -> dict[str, str]:
    return {"handler": handler, "contact": "privacy@example.com", **{need: f"⟨{need}⟩" for need in NEEDS}}


def section(notice: Notice, language: Language) -> str:
    ground, words = GROUNDS[notice.purpose], notice.words(language)
    separate = f", separate consent art. {ground.separate}" if ground.separate else ""
    kinds, methods = ", ".join(notice.kinds), ", ".join(notice.methods)
    return (
        f"## {words.title}\n\n`{notice.purpose}` version {notice.version}, basis {ground.basis}{separate}; "
        f"kinds: {kinds}; methods: {methods}; kept {notice.keep_days} days after {notice.keep_after}; "
        f"SM3 {notice.hash().hex()[:16]}…\n\n{words.text}"
    )


def test_the_notices_are_as_committed(golden: Callable[[str, str], None]) -> None:
    read = notices.load({"en": made_up("Example Co., Ltd."), "zh": made_up("示例有限公司")})
    assert len(read) == 12
    for language in ("en", "zh"):
        told: Language = "zh" if language == "zh" else "en"
        golden(f"notices.{language}.md", "\n".join(section(notice, told) for notice in read))


def test_no_blank_is_left_open() -> None:
    for notice in notices.load({"en": made_up("Example"), "zh": made_up("示例")}):
        for words in (notice.en, notice.zh):
            assert [name for _, name, _, _ in Formatter().parse(words.text) if name] == []
