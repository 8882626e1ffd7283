"""The rules by area, one folder each, one theme a file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from yumen.audit.rule import REGISTERED, Area, Rule


def load() -> Mapping[str, Rule]:
    """Every rule there is, sorted by area and id."""
    for module in pkgutil.walk_packages(__path__, prefix=f"{__name__}."):
        importlib.import_module(module.name)
    areas = list(Area)
    ordered = sorted(REGISTERED.values(), key=lambda one: (areas.index(one.area), one.id))
    return MappingProxyType({one.id: one for one in ordered})
