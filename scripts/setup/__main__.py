"""Make this checkout ready for what is about to run, and do nothing when it already is.

    python -m scripts.setup server|dev|browser|peers|load|node|mini|storefront|lock …

Standard library only: it runs before anything is installed. Exit code 2 says what is missing and how to get it.
"""

import sys

from scripts.setup import environment, node, system
from scripts.setup.tell import Missing, say


def _ours(profile: str) -> None:
    environment.install(profile)
    environment.compiled()


STEPS = {
    "server": lambda: _ours("server"),
    "dev": lambda: _ours("dev"),
    "browser": lambda: system.install(system.BROWSER),
    "peers": lambda: environment.install("peers"),
    "load": lambda: system.install(system.LOAD),
    "node": node.install,
    "mini": node.install_for_mini_program,
    "storefront": node.install_for_storefront,
    "lock": environment.lock,
}


def main(names: list[str]) -> int:
    """Take the named steps in order."""
    unknown = [name for name in names if name not in STEPS]
    if unknown or not names:
        say(f"usage: python -m scripts.setup {'|'.join(STEPS)} … (unknown: {' '.join(unknown) or 'nothing named'})")
        return 2
    try:
        with environment.alone():
            for name in names:
                STEPS[name]()
    except Missing as missing:
        say(str(missing))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
