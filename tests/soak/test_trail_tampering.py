"""Ten thousand random tamperings with exports that the product wrote: each is found, and named with its leaf."""

import random
from pathlib import Path

from tests.conftest import Cluster
from tests.soak.conftest import Tell
from tests.stories.security.trail.desk import Desk
from verifier.tests.made_log import flipped, tampered
from yumen.kit.db import Database, Role
from yumen_verifier import Memory, Witness, verify

ACTS = 8_000
FLIPS = 2_000
SIZES = (40, 256, 300, 620)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _bodies(files: dict[str, bytes], size: int) -> list[bytes]:
    found: list[bytes] = []
    for n in range((size + 255) // 256):
        width = min(256, size - n * 256)
        raw = files[f"tile/entries/{n:03}" + (f".p/{width}" if width < 256 else "")]
        while raw:
            length = int.from_bytes(raw[:2])
            found.append(raw[2 : 2 + length])
            raw = raw[2 + length :]
    return found


async def test_ten_thousand_tamperings_are_all_found(
    database: Database, cluster: Cluster, tmp_path: Path, tell: Tell
) -> None:
    await database.open(Role.SEQUENCER)
    desk = Desk(database, cluster)
    dice, unseen, unnamed = random.Random(20261125), 0, 0
    for size in SIZES:
        await desk.grow(size - desk.number)
        await desk.publish(tmp_path / str(size))
        files = _files(tmp_path / str(size))
        leaves, witness = _bodies(files, size), Witness("published", files["checkpoint"], Memory(files))
        assert verify(Memory(files), [witness], files["keys"]).findings == []
        for _ in range(ACTS // len(SIZES)):
            changed, act = tampered(files, leaves, dice)
            report = verify(Memory(changed), [witness], files["keys"])
            unseen += report.verdict != "tampered"
            unnamed += act not in {(finding.code, finding.leaf) for finding in report.findings}
        for _ in range(FLIPS // len(SIZES)):
            changed, _name = flipped(files, dice)
            unseen += verify(Memory(changed), pinned_keys=files["keys"]).verdict != "tampered"
    tell(tamperings=ACTS + FLIPS, not_found=unseen, leaf_not_named=unnamed)
    assert (unseen, unnamed) == (0, 0)
