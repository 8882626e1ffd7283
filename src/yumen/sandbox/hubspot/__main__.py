"""`python -m yumen.sandbox.hubspot`: run the HubSpot sandbox in the foreground until SIGINT or SIGTERM."""

from __future__ import annotations

import sys

from yumen.sandbox.hubspot.keeper import NOTICE
from yumen.sandbox.hubspot.server import running
from yumen.sandbox.kit.command import Program, run


def main(arguments: list[str] | None = None) -> int:
    """Run. Exit codes: 0 ended on a signal, 2 refused to start (address, state file or port)."""
    program = Program("yumen.sandbox.hubspot", NOTICE, purpose=__doc__ or "", seed="which dice")
    return run(program, running, arguments)


if __name__ == "__main__":
    sys.exit(main())
