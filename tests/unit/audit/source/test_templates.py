"""Events call functions, inputs hand them what people type."""

import pytest

from yumen.audit.source.facts import Attribute, Tag
from yumen.audit.source.templates import input_kind


def field(**attributes):
    return Tag("input", tuple(Attribute(name, text, 0, 0) for name, text in attributes.items()), 0, 0)


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        ({"placeholder": "请输入手机号"}, "phone"),
        ({"name": "idCard"}, "id_number"),
        ({"type": "nickname"}, "profile"),
        ({"placeholder": "Enter your e-mail"}, "email"),
        ({"name": "hotel"}, ""),
        ({"placeholder": "搜索商品"}, ""),
    ],
)
def test_an_input_says_what_it_asks_for(attributes, kind):
    assert input_kind(field(**attributes)) == kind


def test_a_tag_that_takes_no_text_asks_for_nothing():
    assert input_kind(Tag("view", (Attribute("placeholder", "手机号", 0, 0),), 0, 0)) == ""


@pytest.mark.parametrize("name", ["bindinput", "bind:input", "catchinput", "bindblur", "bindchange"])
def test_every_form_of_binding_is_known(program, name):
    one = program(
        {
            "pages/p/p.wxml": f'<input placeholder="手机号" {name}="typed" />',
            "pages/p/p.js": "Page({ typed(e) { console.log(e.detail.value) } })",
        }
    )
    assert [flow.label.kind for flow in one.flows] == ["phone"]
