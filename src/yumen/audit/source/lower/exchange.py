"""What a module takes from others and what it gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.audit.source.facts import IMPORT, VARIABLE
from yumen.audit.source.lower.patterns import bind
from yumen.audit.source.lower.reader import Reader

if TYPE_CHECKING:
    from tree_sitter import Node


def imported(reader: Reader, node: Node) -> None:
    source = node.child_by_field_name("source")
    if source is None:
        source = next(
            (c.named_children[-1] for c in node.named_children if reader.kinds[c.kind_id] == "import_require_clause"),
            None,
        )
    if source is None:
        return
    module = reader.text(source)[1:-1]
    for clause in node.named_children:
        if reader.kinds[clause.kind_id] in {"import_clause", "import_require_clause"}:
            for part in clause.named_children:
                _names(
                    reader, part, module, "*" if reader.kinds[clause.kind_id] == "import_require_clause" else "default"
                )


def _names(reader: Reader, part: Node, module: str, plain: str) -> None:
    place = part.start_byte
    if reader.kinds[part.kind_id] == "identifier":
        bind(reader, part, reader.value((IMPORT, module, plain), place), "const")
    elif reader.kinds[part.kind_id] == "namespace_import":
        bind(reader, part.named_children[-1], reader.value((IMPORT, module, "*"), place), "const")
    elif reader.kinds[part.kind_id] == "named_imports":
        for one in part.named_children:
            if reader.kinds[one.kind_id] == "import_specifier":
                names = one.named_children
                if not names:  # import { default as x } in older grammars
                    continue
                name = reader.text(one).partition(" as ")[0].strip("'\" ")
                bind(reader, names[-1], reader.value((IMPORT, module, name), one.start_byte), "const")


def exported(reader: Reader, node: Node) -> None:
    source = node.child_by_field_name("source")
    module = reader.text(source)[1:-1] if source is not None else ""
    declared = node.child_by_field_name("declaration")
    default = any(reader.kinds[child.kind_id] == "default" for child in node.children)
    if declared is not None:
        _export_declared(reader, declared, default)
    elif (content := node.child_by_field_name("value")) is not None:
        reader.exports["default"] = reader.steps.evaluate(reader, content)
    elif module:
        _export_from(reader, node, module)
    else:
        for clause in node.named_children:
            if reader.kinds[clause.kind_id] == "export_clause":
                for one in clause.named_children:
                    first, _, last = reader.text(one).partition(" as ")
                    reader.exports[(last or first).strip()] = _by_name(reader, first.strip(), one.start_byte)
            elif reader.kinds[clause.kind_id] not in {"comment", "decorator"}:  # TypeScript: export = x
                reader.exports["*"] = reader.steps.evaluate(reader, clause)


def _export_declared(reader: Reader, declared: Node, default: bool) -> None:
    reader.steps.block(reader, [declared])
    for declarator in declared.named_children:
        if reader.kinds[declarator.kind_id] == "variable_declarator" and _is_name(reader, declarator):
            name = reader.text(declarator.named_children[0])
            reader.exports[name] = _by_name(reader, name, declarator.start_byte)
        elif reader.kinds[declarator.kind_id] == "variable_declarator":
            for name in _names_in(reader, declarator.named_children[0]):
                reader.exports[name] = _by_name(reader, name, declarator.start_byte)
    named = declared.child_by_field_name("name")
    if named is not None:
        value = _by_name(reader, reader.text(named), declared.start_byte)
        reader.exports[reader.text(named)] = value
        if default:
            reader.exports["default"] = value


def _is_name(reader: Reader, declarator: Node) -> bool:
    return reader.kinds[declarator.named_children[0].kind_id] == "identifier"


def _names_in(reader: Reader, pattern: Node) -> list[str]:
    return [
        reader.text(c)
        for c in pattern.named_children
        if reader.kinds[c.kind_id] == "shorthand_property_identifier_pattern"
    ]


def _export_from(reader: Reader, node: Node, module: str) -> None:
    whole = True
    for clause in node.named_children:
        if reader.kinds[clause.kind_id] == "export_clause":
            whole = False
            for one in clause.named_children:
                first, _, last = reader.text(one).partition(" as ")
                reader.exports[(last or first).strip()] = reader.value((IMPORT, module, first.strip()), one.start_byte)
        elif reader.kinds[clause.kind_id] == "namespace_export":
            whole = False
            name = reader.text(clause.named_children[-1])
            reader.exports[name] = reader.value((IMPORT, module, "*"), clause.start_byte)
    if whole:
        reader.passed_on.append(module)


def _by_name(reader: Reader, name: str, place: int) -> int:
    """What an exported name holds when all is read."""
    binding = reader.scope.find(name)
    if binding is None:
        return reader.read(name, place)
    return reader.value((VARIABLE, binding.number), place)
