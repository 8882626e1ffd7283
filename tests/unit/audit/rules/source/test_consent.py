"""How agreement is asked."""


def test_the_rule_finds_its_example_and_passes_its_near_miss(example):
    example.holds()


def test_a_drawn_box_is_a_box(audit):
    box = "<text bindtap=\"flip\" class=\"{{on ? 'icon-radiobox' : 'icon-round'}}\" />"
    for drawn, found in ((box, 0), ("", 1)):
        files = {
            "app.json": '{"pages": ["pages/p/p"]}',
            "pages/p/p.wxml": f"<view>{drawn}<text>登录即表示同意</text></view>",
        }
        assert len(audit(files, only=("SRC074",)).cases) == found
