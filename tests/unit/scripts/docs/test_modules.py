"""The code tells itself: purpose and public steps, nothing private."""

import pytest

from scripts.docs.modules import pages


@pytest.fixture
def product(tmp_path):
    layer = tmp_path / "kit"
    layer.mkdir()
    (layer / "__init__.py").write_text('"""Mechanics."""\n')
    (layer / "clock.py").write_text(
        '"""Tell the time <once>."""\n\n\nclass Clock:\n    """A clock."""\n\n\n'
        'async def now(zone: str = "UTC") -> int:\n    """The time there."""\n\n\n'
        'def _hidden() -> None:\n    """Not told."""\n'
    )
    (tmp_path / "no_layer").mkdir()
    return tmp_path


def test_a_layer_is_a_page_in_both_languages(product):
    ((place, english, chinese),) = pages(product)
    assert place == "code/kit"
    assert english.startswith("# kit\n")
    assert chinese.startswith("# kit\n")


def test_public_steps_are_told_with_their_signature(product):
    ((_, english, _),) = pages(product)
    assert "## `kit.clock`" in english
    assert "async def now(zone: str='UTC') -> int" in english
    assert "The time there." in english
    assert "class Clock" in english


def test_private_steps_are_not_told(product):
    ((_, english, _),) = pages(product)
    assert "_hidden" not in english


def test_angle_brackets_of_a_docstring_are_text(product):
    ((_, english, _),) = pages(product)
    assert "Tell the time &lt;once>." in english
