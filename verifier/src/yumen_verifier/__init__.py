"""Verify a Yumen trail from its export alone. This package imports nothing of the log it judges."""

from yumen_verifier.judge import Finding, Report, Witness, verify
from yumen_verifier.source import Folder, Memory, Source

__all__ = ["Finding", "Folder", "Memory", "Report", "Source", "Witness", "verify"]
