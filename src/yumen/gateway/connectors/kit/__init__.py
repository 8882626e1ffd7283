"""For whoever writes or sets up a connector: does it keep its promises, does the mapping fit, what would a batch do?"""

from yumen.gateway.connectors.kit.conformance import ALL, Finding, Report, Verdict, conform, judge
from yumen.gateway.connectors.kit.drift import DRIFTED, Drift, check_start, find_drift
from yumen.gateway.connectors.kit.dry_run import Change, Difference, Fault, dry_run
from yumen.gateway.connectors.kit.preview import Line, as_text, preview
from yumen.gateway.connectors.kit.promises import Promise
from yumen.gateway.connectors.kit.shape import Shape
from yumen.gateway.connectors.kit.suite import ConformanceSuite
from yumen.gateway.connectors.kit.trial import Broken, Trial, Trouble, Untried

__all__ = [
    "ALL",
    "DRIFTED",
    "Broken",
    "Change",
    "ConformanceSuite",
    "Difference",
    "Drift",
    "Fault",
    "Finding",
    "Line",
    "Promise",
    "Report",
    "Shape",
    "Trial",
    "Trouble",
    "Untried",
    "Verdict",
    "as_text",
    "check_start",
    "conform",
    "dry_run",
    "find_drift",
    "judge",
    "preview",
]
