"""A superuser changes the database; the stand-alone verifier names the leaf, against what was published before."""

from pathlib import Path

import pytest

from tests.stories.security.trail.desk import Desk, acts_of, judge

AT = "where (xid, id) = (select xid, id from trail.position where idx = {leaf})"
FLIP = "update trail.entry set body = set_byte(body, 30, get_byte(body, 30) # 1) " + AT
DELETE = "delete from trail.entry " + AT
CLOSE_GAP = (
    "delete from trail.position where idx = {leaf}",
    "update trail.position set idx = -idx where idx > {leaf}",
    "update trail.position set idx = -idx - 1 where idx < 0",
)
SWAP = (
    "update trail.position set idx = 999999 where idx = {leaf}",
    "update trail.position set idx = {leaf} where idx = {leaf} + 3",
    "update trail.position set idx = {leaf} + 3 where idx = 999999",
)
INSERT = (
    "update trail.position set idx = -idx - 2 where idx >= {leaf}",
    "update trail.position set idx = -idx - 1 where idx < -1",
    'with forged as (insert into trail.entry (body) values (\'["y1","forged"]\') returning xid, id)'
    " insert into trail.position select {leaf}, xid, id from forged",
)
NO_CHECK = "alter table trail.position drop constraint position_idx_check"


@pytest.mark.parametrize(
    ("statements", "code", "leaf"),
    [
        ((FLIP,), "leaf.edited", 0),
        ((FLIP,), "leaf.edited", 649),
        ((DELETE,), "leaf.deleted", 255),
        (CLOSE_GAP, "leaf.deleted", 256),
        (CLOSE_GAP, "leaf.deleted", 640),
        (SWAP, "leaf.swapped", 254),
        (INSERT, "leaf.inserted", 0),
        (INSERT, "leaf.inserted", 600),
    ],
)
async def test_each_act_is_named_with_its_leaf(
    desk: Desk, tmp_path: Path, statements: tuple[str, ...], code: str, leaf: int
) -> None:
    await desk.grow(650)
    await desk.publish(tmp_path / "published")
    await desk.grow(10)
    await desk.tamper(NO_CHECK, *(statement.format(leaf=leaf) for statement in statements))
    await desk.export(tmp_path / "export")
    report = judge(tmp_path / "export", tmp_path / "published")
    assert report.verdict == "tampered"
    assert acts_of(report) == [(code, leaf)]


async def test_an_untouched_trail_is_whole_and_continues_what_was_published(desk: Desk, tmp_path: Path) -> None:
    await desk.grow(300)
    await desk.publish(tmp_path / "published")
    await desk.grow(300)
    await desk.export(tmp_path / "export")
    report = judge(tmp_path / "export", tmp_path / "published")
    assert (report.verdict, report.size, report.witnesses, report.key) == ("whole", 600, 1, 0)


async def test_rows_cut_off_are_named_from_the_first_that_is_missing(desk: Desk, tmp_path: Path) -> None:
    await desk.grow(650)
    await desk.publish(tmp_path / "published")
    await desk.tamper("delete from trail.position where idx >= 640")
    await desk.export(tmp_path / "export")
    assert acts_of(judge(tmp_path / "export", tmp_path / "published")) == [("log.truncated", 640)]


async def test_a_trail_set_back_to_an_older_checkpoint_is_rolled_back(desk: Desk, tmp_path: Path) -> None:
    await desk.grow(300)
    await desk.grow(20)
    await desk.publish(tmp_path / "published")
    await desk.tamper(
        "delete from trail.position where idx >= 300",
        "delete from trail.checkpoint where size > 300",
    )
    await desk.export(tmp_path / "export")
    report = judge(tmp_path / "export", tmp_path / "published")
    assert acts_of(report) == [("log.rolled_back", 300)]


async def test_a_second_history_under_the_same_key_is_a_fork(desk: Desk, tmp_path: Path) -> None:
    await desk.grow(300)
    await desk.publish(tmp_path / "published")
    await desk.tamper(
        "truncate trail.entry, trail.position, trail.tile, trail.checkpoint",
        "update trail.head set size = 0, root = '\\x1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b'",
    )
    desk.number = 5000
    await desk.grow(310)
    await desk.export(tmp_path / "export")
    report = judge(tmp_path / "export", tmp_path / "published" / "checkpoint")
    assert acts_of(report) == [("log.forked", None)]
    assert ("leaf.edited", 0) in acts_of(judge(tmp_path / "export", tmp_path / "published"))


async def test_a_forged_tile_is_named(desk: Desk, tmp_path: Path) -> None:
    await desk.grow(600)
    await desk.tamper("update trail.tile set hashes = set_byte(hashes, 5, get_byte(hashes, 5) # 1) where n = 1")
    await desk.export(tmp_path / "export")
    report = judge(tmp_path / "export")
    assert ("tile.altered", None) in acts_of(report)
    assert report.verdict == "tampered"


async def test_without_a_witness_full_tiles_still_name_the_leaf(desk: Desk, tmp_path: Path) -> None:
    await desk.grow(600)
    await desk.tamper(FLIP.format(leaf=77))
    await desk.export(tmp_path / "export")
    assert acts_of(judge(tmp_path / "export")) == [("leaf.edited", 77)]


async def test_without_any_tile_the_signed_history_narrows_it_down(desk: Desk, tmp_path: Path) -> None:
    for _ in range(4):
        await desk.grow(10)
    await desk.tamper(FLIP.format(leaf=25))
    await desk.export(tmp_path / "export")
    report = judge(tmp_path / "export")
    assert [(finding.code, finding.facts) for finding in report.findings] == [
        ("leaves.altered", {"first": 20, "last": 29})
    ]
