"""Every module has its test, tells one story, and keeps to its place."""

import ast
import re
from pathlib import Path

FILE_LINES_MAX = 400
FUNCTION_LINES_P95 = 40
FILE_LINES_P95 = 250
ATTICS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "service", "services"}
# through a story: a store and its routes are tested where the story that uses them is
THROUGH_STORIES = ("store.py", "routes.py")
SQL = re.compile(
    r"\b(select\s.+\sfrom|insert\s+into|update\s+\w+(\.\w+)?\s+set|delete\s+from)\b", re.IGNORECASE | re.DOTALL
)
# where SQL is the subject itself, not a story's way to its records
SQL_PLACES = {"store.py", "roles.py", "migrate.py", "jobs.py", "lane.py", "idempotency.py", "rates.py"}
# the last one prepares connections for the job queue before anything is done on them
COMMIT_PLACES = {"kit/work.py", "kit/lane.py", "kit/migrate.py", "kit/jobs/worker.py"}
# the outermost layer of every server: an unforeseen failure becomes a problem and a log line there
EDGE = {"kit/web/envelope.py"}


def test_every_module_has_its_test(sources, tests, root):
    named = set().union(*(test.imports() for test in tests))
    faces = _behind_faces(sources)
    named |= {faces[name] for name in named & faces.keys()}
    untested = [s.place for s in sources if _says_something(s.tree) and not _is_tested(s, named, root)]
    assert not untested, "\n".join(untested)


def test_no_file_is_an_attic(sources):
    assert [s.place for s in sources if ATTICS & {part.removesuffix(".py") for part in s.inside.parts}] == []


def test_every_module_says_what_it_is_for(sources):
    assert [s.place for s in sources if s.text.strip() and not ast.get_docstring(s.tree)] == []


def test_files_and_functions_stay_short(sources):
    files = {s.place: s.text.count("\n") for s in sources}
    functions = {f"{s.place}:{n.lineno}": n.end_lineno - n.lineno + 1 for s in sources for n in _functions(s.tree)}
    assert not {place: lines for place, lines in files.items() if lines > FILE_LINES_MAX}
    assert _p95(files) <= FILE_LINES_P95
    assert _p95(functions) <= FUNCTION_LINES_P95


def test_sql_stands_in_stores_only(sources):
    strays = [
        f"{s.place}:{n.lineno}"
        for s in sources
        if s.path.name not in SQL_PLACES and not s.path.name.endswith("_store.py") and s.inside.parts[0] != "sandbox"
        for n in ast.walk(s.tree)
        if isinstance(n, ast.Constant)
        and isinstance(n.value, str)
        and SQL.search(n.value)
        and not _is_docstring(s.tree, n)
    ]
    assert strays == []


def test_only_the_unit_of_work_commits(sources):
    commits = [
        f"{s.place}:{n.lineno}"
        for s in sources
        if s.inside.as_posix() not in COMMIT_PLACES and s.inside.parts[0] != "sandbox"
        for n in ast.walk(s.tree)
        if isinstance(n, ast.Attribute) and n.attr == "commit"
    ]
    assert commits == []


def test_nothing_is_swallowed_below_the_edge(sources):
    broad = [
        f"{s.place}:{n.lineno}"
        for s in sources
        if s.inside.parts[0] != "app" and s.inside.as_posix() not in EDGE
        for n in ast.walk(s.tree)
        if isinstance(n, ast.ExceptHandler) and _is_broad(n) and not _raises_again(n)
    ]
    assert broad == []


def test_modules_know_only_each_others_faces(sources):
    stores = {s.name for s in sources if s.path.name.endswith(THROUGH_STORIES) and s.inside.parts[0] != "sandbox"}
    strays = [
        f"{s.place} imports {name}"
        for s in sources
        for name in s.imports() & stores
        if not s.name.startswith(name.rpartition(".")[0])
        and s.name != "yumen.app.wiring"
        and not _is_wired_route(s, name)
    ]
    assert strays == []


def _says_something(tree: ast.Module) -> bool:
    """Has it a step of its own? Faces and plain records have none."""
    return any(_functions(tree))


def _behind_faces(sources) -> dict[str, str]:
    """`yumen.a.Name` → the module behind the face `yumen.a` that defines it."""
    return {
        f"{s.name}.{alias.asname or alias.name}": node.module
        for s in sources
        if s.path.name == "__init__.py"
        for node in s.tree.body
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(f"{s.name}.")
        for alias in node.names
    }


def _is_tested(source, named: set[str], root: Path) -> bool:
    folder, stem = source.inside.parent, source.path.stem
    if stem == "__init__":
        folder, stem = folder.parent, folder.name
    mirrored = any(
        (root / "tests" / kind / folder / f"test_{stem}.py").exists() for kind in ("unit", "stories", "vectors", "e2e")
    )
    through = source.path.name.endswith(THROUGH_STORIES) and any((root / "tests/stories" / folder).glob("test_*.py"))
    return mirrored or through or source.name in named


def _functions(tree: ast.Module):
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def _p95(lengths: dict[str, int]) -> int:
    ordered = sorted(lengths.values())
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def _is_docstring(tree: ast.Module, constant: ast.Constant) -> bool:
    return any(isinstance(n, ast.Expr) and n.value is constant for n in ast.walk(tree))


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return bool({"Exception", "BaseException"} & {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)})


def _raises_again(handler: ast.ExceptHandler) -> bool:
    """Cleaning up and letting it go on is not swallowing."""
    return isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None


def _is_wired_route(source, name: str) -> bool:
    return source.inside.parts[0] == "app" and name.endswith(".routes")
