"""An OpenAPI document as a page people can read: each route with what it takes and what it gives."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

EDGES = {
    "shopper": ("Shopper API", "顾客接口"),
    "staff": ("Staff API", "员工接口"),
    "hooks": ("Hooks", "回调接口"),
}
WORDS = {
    "en": ("Made from the OpenAPI document that the server itself gives.", "takes", "meaning", "gives", "Statuses"),
    "zh": ("由服务自身给出的 OpenAPI 文档生成；说明为英文。", "参数", "含义", "返回", "状态"),
}
DEPTH_MAX = 3
Json = Mapping[str, Any]


def pages(golden: Path) -> Iterator[tuple[str, str, str]]:
    """Place, English text and Chinese text of each edge whose document is committed."""
    for edge, titles in EDGES.items():
        file = golden / f"openapi-{edge}.json"
        if file.exists():
            document = json.loads(file.read_text(encoding="utf-8"))
            english, chinese = ("\n".join(_page(document, title, WORDS[language]))
                                for title, language in zip(titles, ("en", "zh"), strict=True))  # fmt: skip
            yield f"reference/api-{edge}", english, chinese


def _page(document: Json, title: str, words: tuple[str, ...]) -> Iterator[str]:
    yield f"# {title}\n\n{words[0]}\n"
    for path, methods in document["paths"].items():
        if not path.startswith("/schema"):
            for method, operation in methods.items():
                yield from _route(document, f"{method.upper()} {path}", operation, words)


def _route(document: Json, name: str, operation: Json, words: tuple[str, ...]) -> Iterator[str]:
    _, takes, meaning, gives, statuses = words
    yield f"\n## `{name}`\n\n**{operation.get('summary', '')}**\n\n{operation.get('description', '')}\n"
    rows = [*_parameters(operation), *_fields(document, _content(document, operation.get("requestBody", {})))]
    if rows:
        yield "\n".join([f"| {takes} | | {meaning} |", "| --- | --- | --- |", *rows]) + "\n"
    answer: Json = next((operation["responses"][code] for code in operation["responses"] if code.startswith("2")), {})
    given = list(_fields(document, _content(document, answer)))
    if given:
        yield "\n".join([f"| {gives} | | {meaning} |", "| --- | --- | --- |", *given]) + "\n"
    codes = [f"`{code}`" for code in operation["responses"] if code != "default"]
    yield f"{statuses}: {' '.join(codes)}\n"


def _parameters(operation: Json) -> Iterator[str]:
    for parameter in operation.get("parameters", []):
        kind = f"{parameter['in']}, {_kind(parameter.get('schema', {}))}"
        yield _row(parameter["name"], kind, parameter.get("description", ""), parameter.get("required", False))


def _content(document: Json, body: Json) -> Json:
    """The schema of a JSON body, or nothing."""
    content = body.get("content", {}).get("application/json", {})
    return _resolved(document, content.get("schema", {}))


def _fields(document: Json, schema: Json, prefix: str = "") -> Iterator[str]:
    """Each field, and below it the fields of what it holds, as `items[].purpose`."""
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        described = _resolved(document, field).get("description", "")
        yield _row(prefix + name, _kind(field), field.get("description", described), name in required)
        if prefix.count(".") < DEPTH_MAX:
            many = field.get("type") == "array"
            inner = _resolved(document, field.get("items", {}) if many else field)
            yield from _fields(document, inner, f"{prefix}{name}{'[]' if many else ''}.")


def _resolved(document: Json, schema: Json) -> Json:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _kind(schema: Json) -> str:
    """`string ^o.*`, `array of Device`, `A or null`: enough to write a client by hand."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "oneOf" in schema:
        return " or ".join(_kind(one) for one in schema["oneOf"])
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    kind = schema.get("type", "")
    if kind == "array":
        return f"array of {_kind(schema.get('items', {}))}"
    name = " or ".join(kind) if isinstance(kind, list) else str(kind)
    shape = schema.get("format") or schema.get("pattern")
    return f"{name} `{shape}`" if shape else name


def _row(name: str, kind: str, meaning: str, required: bool) -> str:
    cells = (f"`{name}`{' *' if required else ''}", kind, meaning.replace("\n", " "))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
