"""`python -m yumen.sandbox.salesforce`: run the Salesforce sandbox in the foreground until SIGINT or SIGTERM."""

from __future__ import annotations

import sys

from yumen.sandbox.kit.command import Program, run
from yumen.sandbox.salesforce.keeper import NOTICE
from yumen.sandbox.salesforce.server import running


def main(arguments: list[str] | None = None) -> int:
    """Run. Exit codes: 0 ended on a signal, 2 refused to start (address, state file or port)."""
    program = Program("yumen.sandbox.salesforce", NOTICE, purpose=__doc__ or "", seed="which dice")
    return run(program, running, arguments)


if __name__ == "__main__":
    sys.exit(main())
