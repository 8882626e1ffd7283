"""Recipients' systems behind one small interface; `kit` tells whether a new one keeps its promises."""

from yumen.gateway.connectors.connector import (
    Abilities,
    Budget,
    Connector,
    Description,
    Found,
    Outcome,
    RecallWay,
    Record,
    RemoteField,
    Settled,
    Value,
)
from yumen.gateway.connectors.fields import FieldMap

__all__ = [
    "Abilities",
    "Budget",
    "Connector",
    "Description",
    "FieldMap",
    "Found",
    "Outcome",
    "RecallWay",
    "Record",
    "RemoteField",
    "Settled",
    "Value",
]
