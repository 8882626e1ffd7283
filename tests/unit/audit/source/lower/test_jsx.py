"""Elements of JSX are tags whose attributes are values."""


def test_an_element_has_attributes_words_and_place(facts_of, tell):
    source = "const a = <View><Button openType='getPhoneNumber' onClick={go} disabled>take</Button></View>"
    view, button = facts_of(source, "tsx").tags
    assert (view.name, button.name, button.words) == ("View", "Button", "take")
    assert [(one.name, one.text, one.value >= 0) for one in button.attributes] == [
        ("openType", "getPhoneNumber", False),
        ("onClick", "", True),
        ("disabled", "", False),
    ]
    assert source[button.start :].startswith("<Button")


def test_calls_inside_elements_are_read(logged):
    assert logged(
        "const a = <View onTap={() => log('tap')}>{list.map((one) => <Text>{log(one)}</Text>)}</View>", "tsx"
    ) == [
        "'tap'",
        "param 2 0",
    ]
