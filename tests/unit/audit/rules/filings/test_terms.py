"""What expires, and what comes round."""


def test_the_rule_finds_its_example_and_passes_its_near_miss(example):
    example.holds()


def test_a_certificate_without_an_end_is_told(audit):
    files = {"yumen-audit.toml": '[[filing]]\nkind = "certification"\n[[filing]]\nkind = "mlps"\n'}
    said = [(one.rule.id, one.facts["word"]) for one in audit(files, only=("FIL030", "FIL031", "FIL032")).missing]
    assert said == [("FIL030", "until"), ("FIL031", "until"), ("FIL032", "level")]
