from yumen.gateway.ending import problems_of
from yumen.kit.errors import Code

ONE, OTHER = Code("lane.busy", 503)(), Code("lane.busy", 503)()


def test_problems_are_found_however_deep_they_lie():
    group = ExceptionGroup("a", [ExceptionGroup("b", [ONE]), OTHER])
    assert problems_of(group) == [ONE, OTHER]
