"""Statements in order: branches are read one after the other and joined, loops once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from yumen.audit.source.facts import CONST, PROP, Condition
from yumen.audit.source.lower import exchange, functions
from yumen.audit.source.lower.expressions import evaluate
from yumen.audit.source.lower.patterns import bind
from yumen.audit.source.lower.reader import CONDITION_TEXT_MAX, Reader
from yumen.audit.source.lower.scopes import Scope

if TYPE_CHECKING:
    from tree_sitter import Node

ENDS: Final = frozenset({"return_statement", "throw_statement", "break_statement", "continue_statement"})
_FUNCTIONS: Final = frozenset({"function_declaration", "generator_function_declaration"})
_CLASSES: Final = frozenset({"class_declaration", "abstract_class_declaration"})
_VARIABLES: Final = frozenset({"lexical_declaration", "variable_declaration"})
_DECLARING: Final = _FUNCTIONS | _CLASSES | _VARIABLES | {"export_statement", "import_statement"}
_SKIPPED: Final = frozenset(
    {"comment", "empty_statement", "type_alias_declaration", "interface_declaration", "ambient_declaration",
     "function_signature", "debugger_statement", "hash_bang_line"}
)  # fmt: skip


def block(reader: Reader, statements: list[Node]) -> bool:
    """Read statements; does the last one read leave the block for good?"""
    kinds = reader.kinds
    declaring = [node for node in statements if kinds[node.kind_id] in _DECLARING]
    imports = []
    if declaring:
        _announce(reader, declaring)
        imports = [node for node in declaring if kinds[node.kind_id] == "import_statement"]
        for node in imports:  # they come before everything, and functions are there before the first statement
            statement(reader, node)
        for node in declaring:
            if kinds[node.kind_id] in _FUNCTIONS:
                _declare_function(reader, node)
    for node in statements:
        if imports and kinds[node.kind_id] == "import_statement":
            continue
        if statement(reader, node):
            return True
    return False


def _announce(reader: Reader, statements: list[Node]) -> None:
    """Names declared in a block are known from its start: an inner function may use them before."""
    for one in statements:
        node = one
        if reader.kinds[one.kind_id] == "export_statement":
            node = one.child_by_field_name("declaration") or one
        kind = reader.kinds[node.kind_id]
        if kind in _VARIABLES:
            constant = reader.source.startswith(b"const", node.start_byte)
            for declarator in node.named_children:
                if reader.kinds[declarator.kind_id] == "variable_declarator":
                    first = declarator.named_children[0]
                    if reader.kinds[first.kind_id] == "identifier":
                        reader.declare(reader.text(first), whole=kind[0] == "v", constant=constant)
        elif kind in _FUNCTIONS or kind in _CLASSES:
            named = node.child_by_field_name("name")
            if named is not None:
                reader.declare(reader.text(named), whole=False, constant=False)


def statement(reader: Reader, node: Node) -> bool:
    """Read one; True if what follows it in the block never runs."""
    read = reader.statements.get(node.kind_id)
    if read is not None:
        return bool(read(reader, node))
    kind = reader.kinds[node.kind_id]
    if kind in _SKIPPED or kind in _FUNCTIONS:
        return False
    for child in node.named_children:
        if reader.kinds[child.kind_id].endswith(("statement", "declaration", "clause", "_block")):
            statement(reader, child)
        else:
            evaluate(reader, child)
    return False


def _expression(reader: Reader, node: Node) -> None:
    for child in node.named_children:
        evaluate(reader, child)


def _declare_function(reader: Reader, node: Node) -> int:
    value = functions.function(reader, node)
    named = node.child_by_field_name("name")
    if named is not None:
        reader.assign(reader.declare(reader.text(named), whole=False, constant=False), value)
    return value


def _class(reader: Reader, node: Node) -> None:
    value = functions.class_(reader, node)
    named = node.child_by_field_name("name")
    if named is not None:
        reader.assign(reader.declare(reader.text(named), whole=False, constant=False), value)


def _variables(reader: Reader, node: Node) -> None:
    kind = (
        "var"
        if reader.kinds[node.kind_id][0] == "v"
        else "const"
        if reader.source.startswith(b"const", node.start_byte)
        else "let"
    )
    for declarator in node.named_children:
        if reader.kinds[declarator.kind_id] != "variable_declarator":
            continue
        parts = declarator.named_children
        name = parts[0]
        content = _content(reader, declarator, parts)
        if content is None:
            if reader.kinds[name.kind_id] == "identifier":
                reader.declare(reader.text(name), whole=kind == "var", constant=False)
            continue
        if reader.kinds[name.kind_id] != "identifier":
            bind(reader, name, evaluate(reader, content), kind)
            continue
        text = reader.text(name)
        reader.names.append(text)
        value = evaluate(reader, content)
        reader.names.pop()
        reader.assign(reader.declare(text, whole=kind == "var", constant=kind == "const"), value)


def _content(reader: Reader, declarator: Node, parts: list[Node]) -> Node | None:
    """What a name is declared to be."""
    if len(parts) == 1:
        return None
    if len(parts) == 2 and reader.kinds[parts[1].kind_id] not in {"type_annotation", "comment"}:
        return parts[1]
    return declarator.child_by_field_name("value")


def _return(reader: Reader, node: Node) -> bool:
    for child in node.named_children:
        if reader.kinds[child.kind_id] != "comment":
            reader.returns[reader.function].append(evaluate(reader, child))
    return True


def _throw(reader: Reader, node: Node) -> bool:
    _expression(reader, node)
    return True


def _leave(_reader: Reader, _node: Node) -> bool:
    return True


def _scoped(reader: Reader, node: Node) -> bool:
    outer = reader.scope
    reader.scope = Scope(outer, reader.function, is_whole=False)
    ended = block(reader, node.named_children)
    reader.scope = outer
    return ended


def _if(reader: Reader, node: Node) -> bool:
    parts = [child for child in node.named_children if reader.kinds[child.kind_id] != "comment"]
    test = evaluate(reader, parts[0])
    known = reader.values[test]
    decided = known[1] if known[0] == CONST else None
    around = reader.condition
    branches, ends = [], []
    text = reader.condition_text(parts[0])
    for holds, part in ((True, parts[1] if len(parts) > 1 else None), (False, parts[2] if len(parts) > 2 else None)):
        ended = False
        mark = len(reader.trail)
        if part is not None and (decided is None or bool(decided) is holds):
            reader.condition = len(reader.conditions)
            reader.conditions.append(Condition(text, holds, around))
            ended = statement(reader, part)
        changed = reader.changed_since(mark)
        ends.append(ended)
        if not ended and (decided is None or bool(decided) is holds):
            branches.append(changed)
    reader.condition = around
    reader.join(branches, node.start_byte)
    return all(ends)


def _else(reader: Reader, node: Node) -> bool:
    ended = [statement(reader, child) for child in node.named_children if reader.kinds[child.kind_id] != "comment"]
    return any(ended)


def _loop(reader: Reader, node: Node) -> None:
    outer = reader.scope
    reader.scope = Scope(outer, reader.function, is_whole=False)
    parts = [child for child in node.named_children if reader.kinds[child.kind_id] != "comment"]
    for part in parts[:-1] if reader.kinds[node.kind_id] != "do_statement" else []:
        _part(reader, part)
    mark = len(reader.trail)
    statement(reader, parts[0] if reader.kinds[node.kind_id] == "do_statement" else parts[-1])
    reader.join([{}, reader.changed_since(mark)], node.start_byte)
    if reader.kinds[node.kind_id] == "do_statement":
        _part(reader, parts[-1])
    reader.scope = outer


def _part(reader: Reader, node: Node) -> None:
    if node.kind_id in reader.statements:
        statement(reader, node)
    else:
        evaluate(reader, node)


def _for_in(reader: Reader, node: Node) -> None:
    outer = reader.scope
    reader.scope = Scope(outer, reader.function, is_whole=False)
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    body = node.child_by_field_name("body")
    if left is not None and right is not None:
        listed = evaluate(reader, right)
        keys = any(reader.kinds[child.kind_id] == "in" for child in node.children)
        value = 0 if keys else reader.value((PROP, listed, "[]"), left.start_byte)
        declared = node.child_by_field_name("kind")
        bind(reader, left, value, reader.text(declared) if declared is not None else "assign")
    mark = len(reader.trail)
    if body is not None:
        statement(reader, body)
    reader.join([{}, reader.changed_since(mark)], node.start_byte)
    reader.scope = outer


def _switch(reader: Reader, node: Node) -> bool:
    subject, body = node.named_children[0], node.named_children[-1]
    evaluate(reader, subject)
    around = reader.condition
    branches, has_default, ends = [], False, []
    for case in body.named_children:
        if reader.kinds[case.kind_id] == "comment":
            continue
        children = case.named_children
        if reader.kinds[case.kind_id] == "switch_case" and children:
            evaluate(reader, children[0])
            children = children[1:]
        else:
            has_default = True
        reader.condition = len(reader.conditions)
        text = f"{reader.text(subject)} {reader.text(case)}".split("\n")[0]
        reader.conditions.append(Condition(text[:CONDITION_TEXT_MAX], True, around))
        mark = len(reader.trail)
        ended = block(reader, children)
        ends.append(ended and not any(reader.kinds[child.kind_id] == "break_statement" for child in children))
        changed = reader.changed_since(mark)
        if not (
            ended and any(reader.kinds[child.kind_id] in {"return_statement", "throw_statement"} for child in children)
        ):
            branches.append(changed)
    reader.condition = around
    reader.join(branches if has_default else [{}, *branches], node.start_byte)
    return has_default and bool(ends) and all(ends)


def _try(reader: Reader, node: Node) -> bool:
    ended = False
    for part in node.named_children:
        if reader.kinds[part.kind_id] == "statement_block":
            ended = _scoped(reader, part)
        elif reader.kinds[part.kind_id] == "catch_clause":
            mark = len(reader.trail)
            caught = _catch(reader, part)
            reader.join([{}, reader.changed_since(mark)] if not caught else [{}], part.start_byte)
            ended = ended and caught
        elif reader.kinds[part.kind_id] == "finally_clause":
            for child in part.named_children:
                statement(reader, child)
    return ended


def _catch(reader: Reader, node: Node) -> bool:
    outer = reader.scope
    reader.scope = Scope(outer, reader.function, is_whole=False)
    parameter, body = node.child_by_field_name("parameter"), node.child_by_field_name("body")
    if parameter is not None:
        bind(reader, parameter, 0, "let")
    ended = body is not None and block(reader, body.named_children)
    reader.scope = outer
    return ended


STATEMENTS: Final[dict[str, Callable[[Reader, Node], bool | None]]] = {
    "expression_statement": _expression,
    "lexical_declaration": _variables,
    "variable_declaration": _variables,
    "class_declaration": _class,
    "abstract_class_declaration": _class,
    "return_statement": _return,
    "throw_statement": _throw,
    "break_statement": _leave,
    "continue_statement": _leave,
    "statement_block": _scoped,
    "if_statement": _if,
    "else_clause": _else,
    "for_statement": _loop,
    "while_statement": _loop,
    "do_statement": _loop,
    "for_in_statement": _for_in,
    "switch_statement": _switch,
    "try_statement": _try,
    "import_statement": exchange.imported,
    "export_statement": exchange.exported,
}
