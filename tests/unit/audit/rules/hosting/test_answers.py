"""How hosts answer."""


def test_the_rule_finds_its_example_and_passes_its_near_miss(example):
    example.holds()


def looked(audit, *hosts: str):
    """An audit of looks that were taken in the mainland, of a system of level 3."""
    recorded = (
        f'{{"format": "yumen-probes/1", "taken_at": "2026-11-20", "vantage": "CN", "hosts": [{", ".join(hosts)}]}}'
    )
    declared = '[[filing]]\nkind = "mlps"\nlevel = 3\n[evidence]\nprobes = ["probes.json"]\n'
    return audit({"yumen-audit.toml": declared, "probes.json": recorded}, only=("hosting",))


def test_a_look_that_tells_nothing_is_no_check(audit):
    result = looked(audit, '{"host": "a.example"}')
    silent = {"HST012", "HST013", *(f"HST02{number}" for number in range(8))}
    assert silent <= {rule.id for rule in result.unchecked}


def test_a_part_that_one_look_of_two_does_not_tell_is_told(audit):
    result = looked(audit, '{"host": "a.example", "http2": true}', '{"host": "b.example"}')
    assert "HST027" in {rule.id for rule in result.checked}
    said = [one.facts for one in result.missing if one.rule.id == "HST027"]
    assert said == [{"host": "b.example", "hosts": 1, "word": "http2"}]
