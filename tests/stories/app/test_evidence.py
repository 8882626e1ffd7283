"""A running Yumen tells the auditor about itself, by the published schema, and is judged like any other system."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jsonschema_rs
import pytest

from tests.stories.app.conftest import Town
from tests.stories.app.gate import GateApi
from yumen.app import evidence
from yumen.audit.run import Asked, run
from yumen.kit.clock import real_now
from yumen.kit.errors import Problem

SCHEMA = Path(__file__).parents[3] / "docs/reference/schemas/audit-evidence-1.json"
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)


async def test_the_evidence_follows_the_published_schema_and_is_judged(town: Town, tmp_path: Path) -> None:
    await town.clerk("operator")
    told = await evidence.export(town.settings, "", NOW)
    jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(told)
    assert any(one["column"] == "phone_sealed" and one["sealed"] for one in told["columns"])
    assert told["accounts"]
    assert told["retention"]

    (tmp_path / "evidence.json").write_text(json.dumps(told), encoding="utf-8")
    (tmp_path / "yumen-audit.toml").write_text('[evidence]\ncode = []\nrunning = "evidence.json"\n', encoding="utf-8")
    asked = Asked(path=tmp_path, taken_at=NOW, on=date(2026, 11, 26), only=("data", "access", "border"))
    result = run(asked, lambda *_: None)
    assert not result.unread
    assert {"DAT001", "DAT002", "BRD001"} <= {rule.id for rule in result.checked}
    open_ones = [case.finding.place.name for case in result.cases if case.rule.id in {"DAT001", "DAT002"}]
    assert open_ones == []
    assert not any(case.rule.id.startswith("BRD") for case in result.cases)


async def test_it_counts_people_and_says_by_their_keys_who_may_enter(town: Town) -> None:
    today = real_now().date()
    key = await town.clerk("operator")
    visitor = await town.visitor()
    before = await evidence.export(town.settings, "velvet", NOW)
    assert before["service"]["people"] == 1
    assert before["service"]["appid"] == town.appid
    assert "minors" not in before["service"]
    (account,) = before["accounts"]
    assert "last_used" not in account

    await visitor.api.must("PUT", "/v1/age", visitor.token, {"born": f"{real_now().year - 15}-01"})
    api = GateApi(None, "", gate=town.staff, secrets=town.secrets)  # type: ignore[arg-type]
    await api.must("GET", "/staff/v1/keys", key)
    after = await evidence.export(town.settings, "velvet", NOW)
    assert after["service"]["minors"] is True
    (account,) = after["accounts"]
    assert today <= date.fromisoformat(account["last_used"]) <= real_now().date()
    assert timedelta(days=30) <= date.fromisoformat(account["until"]) - today <= timedelta(days=31)


async def test_a_handler_nobody_knows_is_refused(town: Town) -> None:
    with pytest.raises(Problem, match=r"handler\.unclear"):
        await evidence.export(town.settings, "nobody", NOW)
    with pytest.raises(Problem, match=r"handler\.unclear"):
        evidence.guides(town.settings, "nobody", NOW)
    assert list(evidence.guides(town.settings, "", NOW)) == ["guide-velvet"]
