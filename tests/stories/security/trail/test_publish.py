"""What leaves the database host: in steps, resumable, and never a second history."""

from pathlib import Path

import pytest

from tests.stories.security.trail.desk import Desk, acts_of, judge
from yumen.kit.db import Role
from yumen.kit.errors import Problem
from yumen.security import trail


class FullDisk:
    """A shelf that fails after so many files."""

    def __init__(self, folder: Path, puts: int) -> None:
        self._shelf, self._left = trail.FolderShelf(folder), puts

    async def put(self, path: str, data: bytes) -> None:
        if self._left == 0:
            raise OSError("no space left")
        self._left -= 1
        await self._shelf.put(path, data)

    async def get(self, path: str) -> bytes | None:
        return await self._shelf.get(path)


async def test_publishing_in_steps_gives_the_same_as_at_once(desk: Desk, tmp_path: Path) -> None:
    for count in (5, 251, 300, 1, 0, 600):
        await desk.grow(count)
        await desk.publish(tmp_path / "steps")
    await desk.publish(tmp_path / "once")
    assert judge(tmp_path / "steps").verdict == judge(tmp_path / "once").verdict == "whole"
    once = {path.relative_to(tmp_path / "once") for path in (tmp_path / "once").rglob("*") if path.is_file()}
    steps = tmp_path / "steps"
    assert sorted(int(file.name) for file in (steps / "history").iterdir()) == [5, 256, 556, 557]
    for path in once:
        assert (steps / path).read_bytes() == (tmp_path / "once" / path).read_bytes()
    assert {str(path) for path in once if path.parts[0] == "tile"} == {
        *(f"tile/entries/{n:03}" for n in range(4)),
        *(f"tile/0/{n:03}" for n in range(4)),
        *("tile/entries/004.p/133", "tile/0/004.p/133", "tile/1/000.p/4"),
    }


async def test_a_publication_that_stopped_half_way_goes_on(desk: Desk, tmp_path: Path) -> None:
    await desk.grow(300)
    await desk.publish(tmp_path)
    await desk.grow(700)
    for puts in (0, 1, 3, 6, 9):
        async with desk.database.pool(Role.APP).connection() as conn:
            with pytest.raises(OSError, match="no space"):
                await trail.publish(conn, FullDisk(tmp_path, puts), trail.Tiles())
        assert (judge(tmp_path).verdict, judge(tmp_path).size) == ("whole", 300)
    assert await desk.publish(tmp_path) == 1000
    assert (judge(tmp_path).verdict, judge(tmp_path).size) == ("whole", 1000)


async def test_hashes_alone_can_be_published_and_serve_as_witness(desk: Desk, tmp_path: Path) -> None:
    await desk.grow(300)
    async with desk.database.pool(Role.APP).connection() as conn:
        await trail.publish(conn, trail.FolderShelf(tmp_path / "hashes"), trail.Tiles(), entries=False)
    assert not (tmp_path / "hashes" / "tile" / "entries").exists()
    await desk.tamper(
        "update trail.entry set body = set_byte(body, 30, 65)"
        " where id = (select id from trail.position where idx = 290)"
    )
    await desk.export(tmp_path / "export")
    assert acts_of(judge(tmp_path / "export", tmp_path / "hashes")) == [("leaf.edited", 290)]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("delete from trail.checkpoint where size > 300", "trail.rolled_back"),
        ("delete from trail.checkpoint", "trail.rolled_back"),
        ("update trail.checkpoint set root = set_byte(root, 0, 0)", "trail.forked"),
        ("update trail.tile set hashes = set_byte(hashes, 0, 0)", "trail.broken"),
        ("update trail.entry set body = set_byte(body, 20, 0)", "trail.broken"),
    ],
)
async def test_what_does_not_continue_the_published_log_is_not_published(
    desk: Desk, tmp_path: Path, statement: str, code: str
) -> None:
    await desk.grow(300)
    await desk.grow(20)
    await desk.publish(tmp_path)
    if code == "trail.broken":
        await desk.grow(400)
    before = (tmp_path / "checkpoint").read_bytes()
    await desk.tamper(statement)
    with pytest.raises(Problem) as refused:
        await desk.publish(tmp_path)
    assert refused.value.code.name in (code, "trail.forked")
    assert (tmp_path / "checkpoint").read_bytes() == before


async def test_an_export_can_leave_out_what_a_folder_has(desk: Desk, tmp_path: Path) -> None:
    await desk.grow(600)
    await desk.export(tmp_path)
    await desk.grow(300)
    before = (tmp_path / "tile/0/000").stat().st_mtime_ns
    async with desk.database.pool(Role.APP).connection() as conn:
        assert await trail.export(conn, tmp_path, since=600) == 900
    assert judge(tmp_path).verdict == "whole"
    assert (tmp_path / "tile/0/000").stat().st_mtime_ns == before


async def test_an_empty_trail_can_be_signed_and_published(desk: Desk, tmp_path: Path) -> None:
    assert await desk.publish(tmp_path) == 0
    assert await desk.grow(0) == 0
    assert await desk.publish(tmp_path) == 0
    assert (judge(tmp_path).verdict, judge(tmp_path).size) == ("whole", 0)
