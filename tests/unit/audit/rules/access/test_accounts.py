"""Accounts with access."""


def test_the_rule_finds_its_example_and_passes_its_near_miss(example):
    example.holds()


def test_a_list_of_accounts_alone_checks_little(audit):
    files = {"yumen-audit.toml": 'flow = []\n[evidence]\naccess = "a.csv"\n', "a.csv": "account\nli\n"}
    assert [rule.id for rule in audit(files, only=("access",)).checked] == ["ACC001"]


def test_empty_cells_are_told(audit):
    files = {
        "yumen-audit.toml": '[evidence]\naccess = "a.csv"\n',
        "a.csv": "account,last used\nli,2026-11-01\nwu,\n",
    }
    (said,) = audit(files, only=("ACC002",)).missing
    assert (said.need, said.facts["account"], said.facts["accounts"]) == ("cell", "wu", 1)
