"""The code told by itself: each layer a page, each module its purpose, each public step its signature and docstring."""

import ast
from collections.abc import Iterator
from pathlib import Path

LEAD = {
    "en": "Told by the code itself: purpose, then public steps.",
    "zh": "由代码自述：先目的，后公开步骤（仅英文）。",
}
Step = ast.FunctionDef | ast.AsyncFunctionDef


def pages(product: Path) -> Iterator[tuple[str, str, str]]:
    """Place, English text and Chinese text of each layer; docstrings are in English."""
    for layer in sorted(folder for folder in product.iterdir() if (folder / "__init__.py").exists()):
        body = "\n".join(_layer(layer, product))
        yield f"code/{layer.name}", f"# {layer.name}\n\n{LEAD['en']}\n{body}", f"# {layer.name}\n\n{LEAD['zh']}\n{body}"


def _layer(layer: Path, product: Path) -> Iterator[str]:
    for file in sorted(layer.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        purpose = ast.get_docstring(tree)
        if purpose:
            yield f"\n## `{_dotted(file.relative_to(product))}`\n\n{_prose(purpose)}\n"
            for node in tree.body:
                yield from _step(node)


def _dotted(file: Path) -> str:
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _step(node: ast.stmt) -> Iterator[str]:
    if not isinstance(node, Step | ast.ClassDef) or node.name.startswith("_"):
        return
    said = ast.get_docstring(node)
    if said:
        yield f"```python\n{_signature(node)}\n```\n\n{_prose(said)}\n"


def _signature(node: Step | ast.ClassDef) -> str:
    if isinstance(node, ast.ClassDef):
        return f"class {node.name}"
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{word} {node.name}({ast.unparse(node.args)}){returns}"


def _prose(docstring: str) -> str:
    """A docstring as Markdown: what is not code in it stays prose, angle brackets are no HTML."""
    return docstring.replace("<", "&lt;")
