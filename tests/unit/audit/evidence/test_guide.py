"""The guide on file."""

import pytest

from tests.unit.audit.conftest import NOW, TODAY
from yumen.audit.evidence.guide import APIS, KEY_OF, read_guide
from yumen.audit.world import World


@pytest.fixture
def read(folder):
    def guide(text):
        world = World(folder({"guide.json": text}), NOW, TODAY)
        return read_guide(world, "guide.json"), world

    return guide


def test_an_export_of_the_platform_is_read(read):
    setting = '{"privacy_key": "Album", "privacy_text": "晒单", "privacy_label": "x"}'
    guide, _ = read(f'{{"errcode": 0, "setting_list": [{setting}], "owner_setting": {{"contact_phone": "1"}}}}')
    assert guide.keys == {"Album"}
    assert guide.owner.contact == "1"


@pytest.mark.parametrize("text", ["", "[]", '{"setting_list": [{}]}', '{"errcode": 40001}'])
def test_what_is_none_is_told(read, text):
    guide, world = read(text)
    assert guide is None
    assert [one.code for one in world.unread] == ["no_guide"]


def test_each_interface_belongs_to_one_kind():
    assert len(KEY_OF) == sum(len(names) for names in APIS.values())
