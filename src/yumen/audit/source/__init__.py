"""Source code of mini-programs as evidence: what it calls, where it sends what, what it declares.

Nothing is executed, no link is followed, no request is made. Reading stops at facts; rules judge them.
"""

from yumen.audit.source.collect import SourceEvidence, SourceSettings, collect_source
from yumen.audit.source.decode import to_utf8
from yumen.audit.source.memory import without_collecting
from yumen.audit.source.program import Program
from yumen.audit.source.unfollowed import unfollowed

__all__ = [
    "Program",
    "SourceEvidence",
    "SourceSettings",
    "collect_source",
    "to_utf8",
    "unfollowed",
    "without_collecting",
]
