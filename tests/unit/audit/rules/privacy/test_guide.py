"""The privacy guide on file against the code."""


def test_the_rule_finds_its_example_and_passes_its_near_miss(example):
    example.holds()


def test_what_a_package_does_by_a_name_of_its_own_counts_as_used(audit):
    setting = '{"setting_list": [{"privacy_key": "Clipboard", "privacy_text": "复制"}]}'
    files = {
        "yumen-audit.toml": '[evidence]\nguide = "guide.json"\n',
        "guide.json": setting,
        "app.json": '{"pages": ["pages/index"]}',
        "pages/index.js": "Page({})",
    }
    package = {"miniprogram_npm/sdk/index.js": "const { platform: p } = core; p.setClipboardData({ data })"}
    assert [case.rule.id for case in audit(files, only=("PRV031",)).cases] == ["PRV031"]
    assert audit({**files, **package}, only=("PRV031",)).cases == ()
