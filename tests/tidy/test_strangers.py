"""Checkers are strangers: what judges or imitates shares no code with what it judges or imitates."""

import tomllib

import pytest

# each of these gets its contract when its folder appears
CHECKERS = ["audit", "hosting", "sandbox"]
# where the house is put together: services, routes, holdings and listeners; all else in `app` knows a part
PUT_TOGETHER = {"yumen.app.wiring", "yumen.app.server", "yumen.app.holdings", "yumen.app.listeners"}


def test_the_verifier_imports_nothing_of_ours(verifier):
    assert verifier
    assert [s.place for s in verifier if any(name.split(".")[0] == "yumen" for name in s.imports())] == []


def test_the_verifier_uses_another_cryptographic_library(verifier):
    assert [s.place for s in verifier if any(name.split(".")[0] == "cryptography" for name in s.imports())] == []


@pytest.mark.parametrize("checker", CHECKERS)
def test_every_checker_that_exists_has_its_import_contract(checker, root):
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    forbidding = {module for contract in contracts for module in contract.get("source_modules", [])}
    exists = (root / "src/yumen" / checker).exists()
    assert exists == (f"yumen.{checker}" in forbidding)


def test_only_the_wiring_knows_every_module(sources):
    chapters = {s.name for s in sources if s.inside.parts[0] == "customer" and s.name.count(".") == 2}
    assert len(chapters) > 2
    knowing = {s.name for s in sources if s.inside.parts[0] == "app" and chapters <= s.imports()}
    assert knowing <= PUT_TOGETHER
