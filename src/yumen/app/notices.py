"""What fills the notices of a handler: its names and contacts from the settings, the rest from its `facts.toml`."""

from __future__ import annotations

import tomllib
from typing import Final

from yumen.customer.consent import notices
from yumen.customer.consent.notices import FACTS_FILE, BadNoticeError, Notice
from yumen.kit.errors import Code
from yumen.kit.i18n import LANGUAGES, Language, text
from yumen.kit.settings import Handler

FACTS_UNFIT: Final = Code("notice.facts_unfit", 500)
UNFIT: Final = Code("notice.unfit", 500)


def notices_of(handler: Handler) -> tuple[Notice, ...]:
    """The notices of one handler, filled in. Raises `notice.unfit`, `notice.facts_unfit`."""
    facts: dict[Language, dict[str, str]] = {
        "en": {"handler": handler.name, "contact": handler.contact or text("notice.no_contact", "en")},
        "zh": {
            "handler": handler.name_zh or handler.name,
            "contact": handler.contact_zh or text("notice.no_contact", "zh"),
        },
    }
    folder = handler.notices_folder
    if folder is not None and (folder / FACTS_FILE).exists():
        try:
            own = tomllib.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
            raise FACTS_UNFIT(file=FACTS_FILE) from broken
        for language in LANGUAGES:
            facts[language] |= {str(name): str(value) for name, value in dict(own.get(language, {})).items()}
    try:
        return notices.load(facts, folder)
    except BadNoticeError as unfit:
        raise UNFIT(why=str(unfit)) from unfit
