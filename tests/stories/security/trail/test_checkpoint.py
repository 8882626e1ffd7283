"""Signed heads, and the change from one signer to the next."""

from pathlib import Path

import pytest

from tests.stories.security.trail.desk import ORIGIN, Desk, judge
from yumen.kit.clock import real_now
from yumen.kit.crypto import Sm2PrivateKey
from yumen.kit.errors import Problem
from yumen.security import trail
from yumen.security.trail.checkpoint import Log, rotate


async def test_signing_again_without_new_leaves_answers_the_same_checkpoint(desk: Desk) -> None:
    await desk.grow(3)
    async with await desk.connect() as conn:
        first = await trail.sign(conn, desk.log, real_now())
        assert await trail.sign(conn, desk.log, real_now()) == first
    assert first.signed.decode().split("\n")[:2] == [ORIGIN, "3"]


async def test_a_new_signer_takes_over_and_the_old_one_may_no_longer_sign(desk: Desk, tmp_path: Path) -> None:
    await desk.grow(10)
    old = desk.log
    async with await desk.connect() as conn:
        desk.log = await rotate(conn, old, trail.KeySigner(Sm2PrivateKey.generate()), real_now())
        await desk.grow(10)
        with pytest.raises(Problem, match=r"signer_not_in_office"):
            await trail.sign(conn, old, real_now())
        desk.log = await rotate(conn, desk.log, trail.KeySigner(Sm2PrivateKey.generate()), real_now())
    await desk.grow(10)
    await desk.publish(tmp_path)
    report = judge(tmp_path)
    assert (report.verdict, report.size, report.key) == ("whole", 30, 2)


async def test_a_retired_key_cannot_sign_a_later_tree(desk: Desk, tmp_path: Path) -> None:
    await desk.grow(10)
    thief = desk.log
    async with await desk.connect() as conn:
        desk.log = await rotate(conn, thief, trail.KeySigner(Sm2PrivateKey.generate()), real_now())
    await desk.grow(10)
    async with await desk.connect() as conn:
        await desk.tamper(
            "update trail.signer set n = 7 where n = 1",
            "create table trail.kept as select line from trail.signer where n = 7",
            "delete from trail.signer where n = 7",
            "delete from trail.checkpoint where size = 20",
        )
        await trail.sign(conn, thief, real_now())
        await desk.tamper("insert into trail.signer (n, line, first_size) select 1, line, 10 from trail.kept")
    await desk.export(tmp_path)
    assert [finding.code for finding in judge(tmp_path).findings] == ["checkpoint.retired_key"]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("update trail.head set size = 9", "trail.rolled_back"),
        ("update trail.head set root = set_byte(root, 0, 0)", "trail.forked"),
        ("update trail.entry set body = set_byte(body, 20, 0)", "trail.forked"),
    ],
)
async def test_a_tree_that_contradicts_a_signed_one_is_not_signed(desk: Desk, statement: str, code: str) -> None:
    await desk.grow(20)
    await desk.act(5)
    await desk.integrate()
    await desk.tamper(statement)
    with pytest.raises(Problem) as refused:
        await desk.sign()
    assert refused.value.code.name == code


def test_an_origin_is_a_url_without_scheme() -> None:
    signer = trail.KeySigner(Sm2PrivateKey.generate())
    for origin in ("https://a.cn/x y", "a+b", "", "A.cn"):
        with pytest.raises(ValueError, match="origin"):
            Log(origin, signer, trail.Tiles())
