"""One pass over one syntax tree: facts come out, nothing of the tree is kept."""

from __future__ import annotations

import sys
from functools import cache
from typing import Final

import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Tree

from yumen.audit.source.facts import Facts
from yumen.audit.source.lower.expressions import EXPRESSIONS, evaluate, store
from yumen.audit.source.lower.reader import Grammar, Reader, Steps
from yumen.audit.source.lower.statements import STATEMENTS, block

DEPTH: Final = 6_000
"""Frames a nested source may take; deeper ones are read lightly."""
ERRORS_MAX: Final = 1_000
CHECKS_MIN: Final = 1_000
"""Times that the parser asks whether to go on, beside one for eight bytes; ordinary code takes one for 100 bytes."""
_ERROR: Final = 0xFFFF
"""The id of a node that is no syntax."""
_STEPS: Final = Steps(evaluate, store, block)


class TooDeepError(Exception):
    """The source is nested deeper than anything written by hand, or leads the parser astray."""


def lower(path: str, source: bytes, language: str) -> Facts:
    """Read a script. `language` is js, ts or tsx. Raises TooDeepError."""
    parser, grammar = _parser(language)
    tree = _parsed(path, parser, source)
    reader = Reader(source, _STEPS, grammar)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEPTH))
    try:
        block(reader, tree.root_node.named_children)
    except RecursionError:
        raise TooDeepError(path) from None
    finally:
        sys.setrecursionlimit(before)
    facts = reader.facts(path, source.count(b"\n") + 1)
    if tree.root_node.has_error:
        facts.broken = _errors(tree.root_node)
    return facts


def _parsed(path: str, parser: Parser, source: bytes) -> Tree:
    """The tree. Over some broken texts the parser never comes to an end: after so many steps it is stopped."""
    left = CHECKS_MIN + len(source) // 8

    def is_over(_offset: int, _has_error: bool) -> bool:
        nonlocal left
        left -= 1
        return left < 0

    try:
        return parser.parse(lambda at, _: source[at:], progress_callback=is_over)
    except ValueError:
        parser.reset()
        raise TooDeepError(path) from None


def _errors(root: Node) -> int:
    """How many error nodes there are, counted without recursion."""
    found, waiting = 0, [root]
    while waiting and found < ERRORS_MAX:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            found += 1
        elif node.has_error:
            waiting += node.children
    return found


@cache
def _parser(language: str) -> tuple[Parser, Grammar]:
    """The parser of a language, and how its nodes are read."""
    made = {
        "js": tree_sitter_javascript.language,
        "ts": tree_sitter_typescript.language_typescript,
        "tsx": tree_sitter_typescript.language_tsx,
    }[language]
    known = Language(made())
    kinds = {number: sys.intern(known.node_kind_for_id(number) or "") for number in range(known.node_kind_count)}
    expressions = {number: EXPRESSIONS[kind] for number, kind in kinds.items() if kind in EXPRESSIONS}
    statements = {number: STATEMENTS[kind] for number, kind in kinds.items() if kind in STATEMENTS}
    return Parser(known), Grammar(kinds | {_ERROR: "ERROR"}, expressions, statements)
