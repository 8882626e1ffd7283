"""`yumen-receiver`: make keys, pin the sender, serve, and show what came, what is missing and what both can prove.

Exit codes: 0 done, 1 refused or something is missing, 2 wrong use, 3 a file cannot be read.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from yumen_receiver import keys
from yumen_receiver.receiver import Receiver
from yumen_receiver.refusal import RefusedError
from yumen_receiver.serve import Server, into_folder
from yumen_receiver.state import State
from yumen_receiver.texts import LANGUAGES, text

REFUSED: Final = 1
WRONG_USE: Final = 2
UNREADABLE: Final = 3
STATE_FILE: Final = "receiver.db"
BUNDLE_FILE: Final = "bundle.json"
GENERATIONS_MAX: Final = 3


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except RefusedError as refused:
        _complain(options, refused.code, **refused.facts)
        return REFUSED
    except OSError as wrong:
        path = str(wrong.filename or options.folder)
        _complain(options, "use.unreadable", path=path, reason=wrong.strerror or type(wrong).__name__)
        return UNREADABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="yumen-receiver", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("yumen-receiver"), help="keys and state")
    parser.add_argument("--lang", choices=LANGUAGES, default=_language())
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    made = commands.add_parser("keys", help="make our keys, or the next generation of them")
    made.add_argument("act", choices=("new", "rotate", "retire", "show"))
    made.add_argument("--recipient", help="our code, as the export contract has it")
    made.add_argument("--profile", choices=tuple(keys.PROFILE_NAMES), default="intl")
    made.set_defaults(run=_keys)
    trusted = commands.add_parser("trust", help="pin the sender's bundle")
    trusted.add_argument("bundle", type=Path)
    trusted.add_argument("--fingerprint", required=True, help="as it was told by another way")
    trusted.set_defaults(run=_trust)
    opened = commands.add_parser("open", help="take one envelope from a file; the content goes to --into")
    opened.add_argument("envelope", type=Path)
    opened.add_argument("--into", type=Path, required=True)
    opened.add_argument("--receipt", type=Path, required=True, help="where the countersigned receipt goes")
    opened.set_defaults(run=_open)
    served = commands.add_parser("serve", help="take envelopes over HTTP")
    served.add_argument("--host", default="127.0.0.1")
    served.add_argument("--port", type=int, default=8760)
    served.add_argument("--into", type=Path, required=True)
    served.set_defaults(run=_serve)
    commands.add_parser("status", help="what is next, missing, refused").set_defaults(run=_status)
    told = commands.add_parser("history", help="every envelope with its receipt, as JSON lines")
    told.add_argument("sender")
    told.set_defaults(run=_history)
    skipped = commands.add_parser("accept-gap", help="go on without what never came, as agreed with the sender")
    skipped.add_argument("sender")
    skipped.add_argument("last", type=int)
    skipped.add_argument("--reason", required=True)
    skipped.set_defaults(run=_accept_gap)
    return parser


def _keys(options: argparse.Namespace) -> int:
    known = (options.folder / keys.FILE).exists()
    if options.act == "new" and (known or not options.recipient):
        _complain(options, "use.keys_exist", folder=str(options.folder))
        return WRONG_USE
    if options.act == "new":
        profile = keys.PROFILE_NAMES[options.profile]
        identity = keys.Identity(options.recipient, profile, (keys.new_generation(profile),))
    else:
        identity = _identity(options)
    if options.act == "rotate":
        generations = (*identity.generations, keys.new_generation(identity.profile))[-GENERATIONS_MAX:]
        identity = replace(identity, generations=generations)
    elif options.act == "retire":
        identity = replace(identity, generations=identity.generations[-1:])
    if options.act != "show":
        keys.save(options.folder, identity)
    bundle = options.folder / BUNDLE_FILE
    bundle.write_bytes(identity.bundle())
    _say(options, "say.keys", path=str(bundle))
    print(_grouped(keys.fingerprint(identity.bundle())))
    return 0


def _trust(options: argparse.Namespace) -> int:
    sender = _receiver(options).trust(options.bundle.read_bytes(), options.fingerprint)
    _say(options, "say.trusted", sender=sender)
    return 0


def _open(options: argparse.Namespace) -> int:
    receiver, deliver = _receiver(options), into_folder(options.into)
    try:
        opened = receiver.receive(options.envelope.read_bytes(), deliver)
    except RefusedError as refused:
        if refused.receipt is not None:
            options.receipt.write_bytes(refused.receipt)
        raise
    options.receipt.write_bytes(opened.receipt)
    facts = {"sequence": opened.sequence, "bytes": len(opened.content)}
    _say(options, "say.opened", sender=opened.sender, content_type=opened.content_type, **facts)
    return 0


def _serve(options: argparse.Namespace) -> int:
    with Server((options.host, options.port), _receiver(options), into_folder(options.into)) as server:
        host, port = server.server_address[:2]
        _say(options, "say.listening", address=f"http://{host!s}:{port}/")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def _status(options: argparse.Namespace) -> int:
    """Answers 1 while something is missing."""
    state = _state(options)
    for one in state.senders():
        facts = {"next": one.next, "trail": one.trail.size, "unproved": state.unproved(one.name)}
        _say(options, "say.sender", sender=one.name, **facts)
    gaps = state.gaps()
    for gap in gaps:
        _say(options, "say.gap", sender=gap.sender, first=gap.first, last=gap.last, seen_at=gap.seen_at)
    for code, count in state.refusals().items():
        _say(options, "say.refusals", refusal=code, count=count)
    return REFUSED if gaps else 0


def _history(options: argparse.Namespace) -> int:
    for sequence, identity, received_at, receipt, proved_in in _state(options).history(options.sender):
        line = {"sequence": sequence, "envelope": identity, "received_at": received_at, "proved_in": proved_in}
        print(json.dumps({**line, "receipt": base64.b64encode(receipt).decode()}))
    return 0


def _accept_gap(options: argparse.Namespace) -> int:
    _receiver(options).accept_gap(options.sender, options.last, options.reason)
    _say(options, "say.accepted", last=options.last)
    return 0


def _identity(options: argparse.Namespace) -> keys.Identity:
    return keys.load(options.folder)


def _receiver(options: argparse.Namespace) -> Receiver:
    return Receiver(_identity(options), _state(options))


def _state(options: argparse.Namespace) -> State:
    """Only where there are keys: a folder mistyped is no new book."""
    _identity(options)
    return State(options.folder / STATE_FILE)


def _grouped(fingerprint: str) -> str:
    return " ".join(fingerprint[at : at + 8] for at in range(0, len(fingerprint), 8))


def _say(options: argparse.Namespace, said: str, **facts: int | str) -> None:
    print(text(said, options.lang, **facts))


def _complain(options: argparse.Namespace, said: str, **facts: int | str) -> None:
    print(text(said, options.lang, **facts), file=sys.stderr)


def _language() -> str:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if spoken.lower().startswith("zh") else "en"


if __name__ == "__main__":
    sys.exit(main())
