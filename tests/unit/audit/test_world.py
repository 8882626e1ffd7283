"""Reading stays inside the folder, within limits, and is written down."""

import pytest

from tests.unit.audit.conftest import NOW, TODAY
from yumen.audit.world import World, decode


@pytest.fixture
def world(folder):
    return World(folder({"a.txt": "中文", "sub/b.txt": "x"}), NOW, TODAY)


def test_what_was_read_has_its_hash(world):
    assert world.text("a.txt") == "中文"
    assert list(world.digests) == ["a.txt"]


def test_the_digest_does_not_depend_on_the_order_of_reading(world):
    world.read("a.txt")
    world.read("sub/b.txt")
    other = World(world.base, NOW, TODAY)
    other.read("sub/b.txt")
    other.read("a.txt")
    assert world.digest == other.digest


@pytest.mark.parametrize(("name", "code"), [("none.txt", "missing"), ("sub", "no_file"), ("../x", "outside")])
def test_what_cannot_be_read_is_told(world, name, code):
    assert world.read(name) is None
    assert [(one.name, one.code) for one in world.unread] == [(name, code)]


def test_a_loop_of_links_is_told(world):
    (world.base / "loop").symlink_to(world.base / "loop")
    assert world.read("loop") is None
    assert world.unread


def test_a_link_out_of_the_folder_is_not_followed(world, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.txt"
    outside.write_text("secret")
    (world.base / "link.txt").symlink_to(outside)
    assert world.read("link.txt") is None
    assert [one.code for one in world.unread] == ["outside"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_of_any_chinese_editor_is_understood(encoding):
    assert decode("隐私政策".encode(encoding)) == "隐私政策"
