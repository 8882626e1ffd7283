"""`yumen-verify EXPORT_DIR [--witness EARLIER] [--keys FILE]`: judge a trail without any code of those who wrote it.

Exit codes: 0 whole, 1 tampered, 2 wrong use, 3 cannot be judged.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from yumen_verifier import report as say
from yumen_verifier.judge import Witness, verify
from yumen_verifier.source import Folder
from yumen_verifier.texts import LANGUAGES, text

CANNOT_READ: Final = 3
PROGRESS_EACH_S: Final = 0.2


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    export = Path(options.export)
    if not export.is_dir():
        print(text("use.not_found", options.lang, path=str(export)), file=sys.stderr)
        return CANNOT_READ
    started = time.monotonic()
    try:
        pinned = Path(options.keys).read_bytes() if options.keys else None
        witnesses = [_witness(Path(name)) for name in options.witness]
        report = verify(Folder(export), witnesses, pinned, _progress())
    except OSError as wrong:
        path, reason = wrong.filename or export, wrong.strerror or type(wrong).__name__
        print(text("use.unreadable", options.lang, path=str(path), reason=reason), file=sys.stderr)
        return CANNOT_READ
    shown = say.as_json if options.format == "json" else say.as_text
    print(shown(report, options.lang, time.monotonic() - started))
    return say.EXIT[report.verdict]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="yumen-verify",
        description="Re-derive the tree of a Yumen trail from its export and name what was tampered with.",
        epilog="Exit codes: 0 whole, 1 tampered, 2 wrong use, 3 cannot be judged.",
    )
    parser.add_argument("export", metavar="EXPORT_DIR", help="folder with checkpoint, keys and tile/")
    parser.add_argument(
        "--witness",
        action="append",
        default=[],
        metavar="EARLIER",
        help="a checkpoint file or an export folder kept from before; may be repeated",
    )
    parser.add_argument("--keys", metavar="FILE", help="the list of signer keys as you got it earlier")
    parser.add_argument("--lang", choices=LANGUAGES, default=_language(), help="language of the answer")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    return parser


def _witness(path: Path) -> Witness:
    if path.is_dir():
        return Witness(str(path), (path / "checkpoint").read_bytes(), Folder(path))
    return Witness(str(path), path.read_bytes())


def _language() -> str:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if spoken.lower().startswith("zh") else "en"


def _progress() -> Callable[[int], None]:
    """A line on a terminal that counts leaves; silent elsewhere."""
    if not sys.stderr.isatty():
        return lambda _: None
    shown = time.monotonic()

    def tell(done: int) -> None:
        nonlocal shown
        if time.monotonic() - shown > PROGRESS_EACH_S:
            shown = time.monotonic()
            print(f"\r{done:,}", end="", file=sys.stderr, flush=True)

    return tell


if __name__ == "__main__":
    sys.exit(main())
