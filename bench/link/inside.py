"""Become a program inside one network of a tunnel: `python -m bench.link.inside PID FILE COMMAND …`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bench.link.namespaces import NEW_NET, NEW_USER, enter


def main(words: list[str]) -> int:
    holder, number, *command = words
    network = os.open(f"/proc/{holder}/fd/{number}", os.O_RDONLY)
    if Path(f"/proc/{holder}/ns/user").readlink() != Path("/proc/self/ns/user").readlink():
        enter(os.open(f"/proc/{holder}/ns/user", os.O_RDONLY), NEW_USER)
    enter(network, NEW_NET)
    os.close(network)
    os.execvp(command[0], command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
