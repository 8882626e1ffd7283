"""What the shop's routes take: every body refuses fields that it does not know."""

from __future__ import annotations

from types import ModuleType

import msgspec
import pytest

import yumen.app.transfer.shapes
import yumen.customer.catalog.shapes
import yumen.customer.catalog.staff_shapes
import yumen.customer.loyalty.shapes
import yumen.customer.orders.shapes
import yumen.customer.orders.staff_shapes

SHAPES = (
    yumen.app.transfer.shapes,
    yumen.customer.catalog.shapes,
    yumen.customer.catalog.staff_shapes,
    yumen.customer.loyalty.shapes,
    yumen.customer.orders.shapes,
    yumen.customer.orders.staff_shapes,
)


def bodies(module: ModuleType) -> list[type[msgspec.Struct]]:
    return [
        value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and name.endswith("Body")
    ]


def test_there_are_bodies_to_look_at() -> None:
    assert sum(len(bodies(module)) for module in SHAPES) > 10


@pytest.mark.parametrize("module", SHAPES, ids=lambda module: module.__name__)
def test_every_body_refuses_unknown_fields(module: ModuleType) -> None:
    assert [body.__name__ for body in bodies(module) if not body.__struct_config__.forbid_unknown_fields] == []
