"""The custody of key epochs as acts of named people: ordered with a second pair of eyes, carried out, each with a leaf.

The order is committed before the KMS is asked; carrying it out may be interrupted and repeated with the same order.
"""

from __future__ import annotations

from typing import Final

from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.access import four_eyes
from yumen.security.trail import LeafKind

DESTROY: Final = "keys.destroy_epoch"
ROTATE_ROOT: Final = "keys.rotate_root"

EPOCH_OPENED: Final = LeafKind("keys.epoch_opened", "epoch", "moved")
DESTROY_ORDERED: Final = LeafKind("keys.destroy_ordered", "epoch", "approval")
EPOCH_DESTROYED: Final = LeafKind("keys.epoch_destroyed", "epoch", "gone_at")
ROOT_ORDERED: Final = LeafKind("keys.root_rotation_ordered", "epoch", "approval")
ROOT_ROTATED: Final = LeafKind("keys.root_rotated", "epoch")


@recorded
async def note_epoch_opened(uow: UnitOfWork, epoch: int, moved: int) -> None:
    """Say that an epoch was opened and how many keys were moved under it."""
    await trail.record(uow, EPOCH_OPENED.name, epoch=epoch, moved=moved)


@recorded
async def order_destruction(uow: UnitOfWork, epoch: int, approval: str) -> None:
    """Use the approval up. Raises those of `four_eyes.consume`."""
    await four_eyes.consume(uow, approval, DESTROY, four_eyes.facts_hash({"epoch": epoch}))
    await trail.record(uow, DESTROY_ORDERED.name, epoch=epoch, approval=approval)


@recorded
async def note_destroyed(uow: UnitOfWork, epoch: int, gone_at_s: int) -> None:
    """Say from when on (Unix seconds) the epoch's KMS key is beyond recall."""
    await trail.record(uow, EPOCH_DESTROYED.name, epoch=epoch, gone_at=gone_at_s)


@recorded
async def order_root_rotation(uow: UnitOfWork, epoch: int, approval: str) -> None:
    """Use the approval up. Raises those of `four_eyes.consume`."""
    await four_eyes.consume(uow, approval, ROTATE_ROOT, four_eyes.facts_hash({"epoch": epoch}))
    await trail.record(uow, ROOT_ORDERED.name, epoch=epoch, approval=approval)


@recorded
async def note_root_rotated(uow: UnitOfWork, epoch: int) -> None:
    """Say that the epoch lies under a new KMS key."""
    await trail.record(uow, ROOT_ROTATED.name, epoch=epoch)
