"""Made-up values look like what the contract lets out."""

from yumen.gateway.connectors import FieldMap, RemoteField
from yumen.gateway.connectors.kit.shape import Shape, made_up, shapes_of_recipient


def test_a_made_up_value_has_the_shape_of_the_real_one():
    assert made_up(Shape("number")) == 1_280
    assert made_up(Shape("boolean")) is True
    assert made_up(Shape("date")) == "1990-01-15"
    assert made_up(Shape("datetime")).endswith("Z")
    assert made_up(Shape("text", 3)) == "Exa"
    assert made_up(Shape("text", choices=("gold",))) == "gold"
    assert made_up(Shape(), RemoteField("Tier", "choice", choices=("tin",))) == "tin"


def test_constants_key_and_version_have_shapes_of_their_own():
    shapes = shapes_of_recipient(FieldMap("no", {"Given": "first"}, {"on": True, "n": 3, "kind": "x"}, "v"), {})
    assert {name: shape.kind for name, shape in shapes.items()} == {
        "first": "text",
        "on": "boolean",
        "n": "number",
        "kind": "text",
        "no": "text",
        "v": "number",
    }
