"""Checkers are strangers: what judges or imitates shares no code with what it judges or imitates."""

import tomllib

import pytest

# each of these gets its contract when its folder appears
CHECKERS = ["audit", "hosting", "sandbox"]


def test_the_verifier_imports_nothing_of_ours(verifier):
    assert verifier
    assert not [s.place for s in verifier if any(name.split(".")[0] == "yumen" for name in s.imports())]


def test_the_verifier_uses_another_cryptographic_library(verifier):
    assert not [s.place for s in verifier if any(name.split(".")[0] == "cryptography" for name in s.imports())]


@pytest.mark.parametrize("checker", CHECKERS)
def test_every_checker_that_exists_has_its_import_contract(checker, root):
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    forbidding = {module for contract in contracts for module in contract.get("source_modules", [])}
    exists = (root / "src/yumen" / checker).exists()
    assert exists == (f"yumen.{checker}" in forbidding)


def test_only_the_wiring_knows_every_module(sources):
    chapters = {
        s.name for s in sources if s.path.name == "__init__.py" and s.name.count(".") == 2 and ".customer." in s.name
    }
    for source in sources:
        if source.name.startswith("yumen.app") and source.name != "yumen.app.wiring":
            known = {chapter for chapter in chapters if chapter in source.imports()}
            assert known != chapters or len(chapters) < 2, source.place
