"""The notices of a handler are filled from its settings and its facts; a broken file is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from yumen.app.notices import notices_of
from yumen.kit.errors import Problem
from yumen.kit.settings import Handler


def test_names_and_contacts_come_from_the_settings() -> None:
    handler = Handler(name="Velvet Pine Ltd.", name_zh="绒松有限公司", contact="privacy@velvet.example")
    notices = notices_of(handler)
    assert len(notices) > 3
    assert any("Velvet Pine Ltd." in notice.words("en").text for notice in notices)
    assert any("绒松有限公司" in notice.words("zh").text for notice in notices)
    assert not any("{" in notice.words(language).text for notice in notices for language in ("en", "zh"))


@pytest.mark.parametrize("content", [b"not = [toml", b"\xff\xfe", b"[en]\nunused = {}"])
def test_a_broken_facts_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "facts.toml").write_bytes(content)
    if content.startswith(b"[en]"):
        assert notices_of(Handler(name="Velvet", notices_folder=tmp_path))
        return
    with pytest.raises(Problem, match=r"notice\.facts_unfit"):
        notices_of(Handler(name="Velvet", notices_folder=tmp_path))
