"""What is uploaded."""


def test_the_rule_finds_its_example_and_passes_its_near_miss(example):
    example.holds()


def test_what_the_tool_leaves_out_is_not_uploaded(audit):
    options = '{"packOptions": {"ignore": [{"type": "folder", "value": "drafts"}]}}'
    files = {
        "app.json": '{"pages": ["pages/p/p"]}',
        "project.config.json": options,
        "drafts/a.png": b" " * 2_200_000,
        "pages/p/p.wxml": "<view />",
    }
    assert audit(files, only=("SRC120", "SRC125")).cases == ()


def test_a_page_for_apps_alone_is_there(audit):
    files = {"pages.json": '{"pages": [{"path": "pages/a"}, {"path": "pages/b"}]}', "pages/a.nvue": "<template />"}
    (case,) = audit(files, only=("SRC123",)).cases
    assert case.facts["page"] == "pages/b"
