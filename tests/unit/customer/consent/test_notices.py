"""A notice is complete in both languages, names what the law wants named, and its hash is of what was seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from yumen.customer.consent.notices import BadNoticeError, Facts, Notice, load, of_body
from yumen.customer.consent.purposes import GROUNDS
from yumen.security.datamap import GROUNDS as ALLOWED
from yumen.security.datamap import Purpose

FACTS: Facts = {
    "en": {"handler": "Example (Shanghai) Trading Co., Ltd.", "contact": "privacy@example.com"},
    "zh": {"handler": "示例(上海)贸易有限公司", "contact": "privacy@example.com"},
}
ABROAD: Facts = {
    language: {
        **facts,
        "export_recipient": "Example SAS",
        "export_recipient_country": "France",
        "export_recipient_contact": "dpo@example.com",
        "export_recipient_rights": "dpo@example.com",
        "export_purpose": "CRM",
    }
    for language, facts in FACTS.items()
}
FILE = """
purpose = "marketing"
version = 2
material = false
kinds = ["phone"]
methods = ["send"]
keep_days = 15
keep_after = "withdrawn"
[en]
title = "News"
text = "{handler} writes to you. {contact}"
[zh]
title = "资讯"
text = "{handler}向您发送资讯。{contact}"
"""


def by_purpose(notices: tuple[Notice, ...]) -> dict[Purpose, Notice]:
    return {notice.purpose: notice for notice in notices}


def brand(tmp_path: Path, text: str = FILE, name: str = "marketing.toml") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_packaged_notices_need_only_the_handler_and_a_contact() -> None:
    assert {str(notice.purpose) for notice in load(FACTS)} == {
        "account",
        "membership",
        "evidence",
        "security",
        "profile",
        "marketing",
        "sale",
    }


def test_an_export_notice_appears_once_its_recipient_is_known_and_names_it() -> None:
    export = by_purpose(load(ABROAD))[Purpose.EXPORT]
    for language in ("en", "zh"):
        text = export.words("zh" if language == "zh" else "en").text
        assert "Example SAS" in text
        assert "dpo@example.com" in text
    assert export.en.recipient == "Example SAS"


def test_half_given_facts_are_an_error_and_not_a_silent_gap() -> None:
    half = {language: {**facts, "export_recipient": "Example SAS"} for language, facts in FACTS.items()}
    with pytest.raises(BadNoticeError, match=r"export\.toml: needs also .*export_recipient_country"):
        load(half)


def test_every_notice_names_the_handler_and_a_contact_in_both_languages() -> None:
    for notice in load(ABROAD):
        assert FACTS["en"]["handler"] in notice.en.text
        assert FACTS["zh"]["handler"] in notice.zh.text
        assert all(FACTS["en"]["contact"] in words.text for words in (notice.en, notice.zh))


def test_notices_without_consent_say_that_none_is_asked() -> None:
    for notice in load(ABROAD):
        asked = "not asked to consent" not in notice.en.text and "无须取得您的同意" not in notice.zh.text
        assert asked == GROUNDS[notice.purpose].asks, notice.purpose


def test_every_consent_notice_says_that_it_can_be_withdrawn() -> None:
    for notice in load(ABROAD):
        if GROUNDS[notice.purpose].asks:
            assert "withdraw" in notice.en.text
            assert "撤回" in notice.zh.text


def test_a_separate_consent_cites_its_article() -> None:
    export = by_purpose(load(ABROAD))[Purpose.EXPORT]
    assert "art. 39" in export.en.text
    assert "第三十九条" in export.zh.text


def test_a_brand_s_file_replaces_the_packaged_one(tmp_path: Path) -> None:
    notice = by_purpose(load(FACTS, brand(tmp_path)))[Purpose.MARKETING]
    assert notice.version == 2
    assert notice.en.text == "Example (Shanghai) Trading Co., Ltd. writes to you. privacy@example.com"


def test_the_hash_is_of_what_was_seen() -> None:
    notice = by_purpose(load(FACTS))[Purpose.MARKETING]
    other = by_purpose(load({**FACTS, "en": {**FACTS["en"], "contact": "new@example.com"}}))[Purpose.MARKETING]
    assert notice.hash() != other.hash()
    assert notice.matter_hash() == other.matter_hash()


def test_a_kept_notice_reads_back_to_the_same_bytes() -> None:
    for notice in load(ABROAD):
        assert of_body(notice.body()).body() == notice.body()
        assert of_body(notice.body()).hash() == notice.hash()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('["phone"]', '["phone", "email"]'),
        ('["send"]', '["send", "profile"]'),
        ("= 15", "= 16"),
        ('"withdrawn"', '"collected"'),
    ],
)
def test_what_pipl_14_calls_a_change_changes_the_matter(tmp_path: Path, old: str, new: str) -> None:
    before = by_purpose(load(FACTS, brand(tmp_path)))[Purpose.MARKETING]
    after = by_purpose(load(FACTS, brand(tmp_path, FILE.replace(old, new))))[Purpose.MARKETING]
    assert before.matter_hash() != after.matter_hash()


def test_another_recipient_changes_the_matter() -> None:
    other = {language: {**facts, "export_recipient": "Example Inc."} for language, facts in ABROAD.items()}
    exports = [by_purpose(load(facts))[Purpose.EXPORT] for facts in (ABROAD, other)]
    assert exports[0].matter_hash() != exports[1].matter_hash()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (FILE.replace("version = 2", "version = 0"), "version"),
        (FILE.replace('"phone"', '"shoe size"'), "kinds"),
        (FILE.replace("{contact}", "{phone}"), "unknown placeholders phone"),
        (FILE.partition("[zh]")[0], "zh"),
        (FILE + "extra = 1", "extra"),
        (FILE + "=", "marketing.toml"),
        (FILE.replace("News", "x" * 40_000), "larger than"),
        (FILE.replace('"marketing"', '"profile"'), "is about profile"),
    ],
)
def test_a_faulty_file_is_refused_with_its_name(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(BadNoticeError, match=r"marketing\.toml") as refused:
        load(FACTS, brand(tmp_path, text))
    assert fault in str(refused.value)


def test_sharing_and_export_cannot_do_without_a_recipient(tmp_path: Path) -> None:
    text = FILE.replace('"marketing"', '"export"')
    with pytest.raises(BadNoticeError, match="must need the recipient"):
        load(FACTS, brand(tmp_path, text, "export.toml"))


def test_a_missing_handler_is_an_error() -> None:
    with pytest.raises(BadNoticeError, match="nobody gave handler"):
        load({**FACTS, "zh": {"contact": "x"}})


def test_every_purpose_has_a_ground_that_the_data_map_allows() -> None:
    assert set(GROUNDS) == set(Purpose)
    assert [purpose for purpose, ground in GROUNDS.items() if ground.basis not in ALLOWED[purpose]] == []


def test_only_consent_is_ever_separate() -> None:
    assert {ground.separate for ground in GROUNDS.values() if ground.separate} == {23, 25, 26, 29, 39}
    assert all(ground.asks for ground in GROUNDS.values() if ground.separate)
