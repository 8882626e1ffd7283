"""The data map as code: which personal field is kept, why, on which ground, how long, under which key.

Beside its SQL each module declares its holdings; rights, retention, the gateway, the auditor, the privacy text and
the documentation all read that one declaration.
"""

from yumen.security.datamap.check import GROUNDS, faults
from yumen.security.datamap.field import Basis, Field, Kind, Purpose, RetentionClass, Sensitivity
from yumen.security.datamap.holding import After, Erase, Erased, HandOver, Holding, Keep, People
from yumen.security.datamap.map import BadDataMapError, DataMap, unnamed
from yumen.security.datamap.render import as_json, render_table

__all__ = [
    "GROUNDS",
    "After",
    "BadDataMapError",
    "Basis",
    "DataMap",
    "Erase",
    "Erased",
    "Field",
    "HandOver",
    "Holding",
    "Keep",
    "Kind",
    "People",
    "Purpose",
    "RetentionClass",
    "Sensitivity",
    "as_json",
    "faults",
    "render_table",
    "unnamed",
]
