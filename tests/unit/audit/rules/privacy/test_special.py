"""What a policy has to say besides."""


def test_the_rule_finds_its_example_and_passes_its_near_miss(example):
    example.holds()
