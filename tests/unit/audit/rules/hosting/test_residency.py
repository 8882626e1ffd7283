"""Where stores stand."""


def test_the_rule_finds_its_example_and_passes_its_near_miss(example):
    example.holds()


def test_what_an_inventory_does_not_tell_is_no_check(audit):
    files = {
        "yumen-audit.toml": '[evidence]\ninventory = ["i.csv"]\n',
        "i.csv": "name,type,region\na,cos,ap-shanghai\n",
    }
    result = audit(files, only=("HST035", "HST036"))
    assert [rule.id for rule in result.unchecked] == ["HST035", "HST036"]


def test_a_thing_whose_kind_nobody_knows_is_told(audit):
    files = {"yumen-audit.toml": '[evidence]\ninventory = ["i.csv"]\n', "i.csv": "name,type,region\na,frobnicator,x\n"}
    (said,) = audit(files, only=("HST030",)).missing
    assert (said.facts["name"], said.facts["word"]) == ("a", "role")
