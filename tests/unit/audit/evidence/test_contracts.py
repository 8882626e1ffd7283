"""Contracts with recipients abroad, as text."""

import pytest

from tests.unit.audit.conftest import NOW, TODAY
from yumen.audit.evidence.contracts import mentions, read_contracts
from yumen.audit.world import World


@pytest.fixture
def read(folder):
    def contracts(files):
        world = World(folder(files), NOW, TODAY)
        return read_contracts(world, sorted(files)), world

    return contracts


def test_a_recipient_is_found_whatever_its_spaces_and_points(read):
    texts, _ = read({"a.md": "Recipient: ORVANE  S.A.", "b.md": "Lumen GmbH"})
    assert [one.path for one in texts.naming("Orvane SA")] == ["a.md"]


@pytest.mark.parametrize(
    ("field", "said"),
    [("mobile_phone", True), ("email", False), ("member_tier", True), ("tier_name", None), ("tier", True)],
)
def test_a_field_is_found_by_its_name_or_by_its_kind(field, said):
    assert mentions("附录一：手机\n号、会员等级（member tier）", field) is said


def test_nothing_readable_is_no_evidence(read):
    texts, world = read({"a.docx": b"no package"})
    assert texts is None
    assert [one.code for one in world.unread] == ["no_word"]
