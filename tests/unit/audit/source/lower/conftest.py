"""Read a piece of source and tell values as text."""

import pytest

from yumen.audit.source import facts as f
from yumen.audit.source.facts import Facts
from yumen.audit.source.lower import lower

NAMES = {getattr(f, name): name.lower() for name in dir(f) if name.isupper() and name != "VERSION"}


def told(facts: Facts, number: int) -> str:
    """A value as a person would write it down."""
    op, *rest = facts.values[number]
    match NAMES[op]:
        case "none":
            return "?"
        case "text" | "const" | "free":
            return repr(rest[0]) if op == f.TEXT else str(rest[0])
        case "prop":
            return f"{told(facts, rest[0])}.{rest[1]}"
        case "variable":
            return " | ".join(told(facts, one) for one in facts.variables.get(rest[0], ()))
        case "alt":
            return " | ".join(told(facts, one) for one in rest)
        case "cat" | "mix":
            return "(" + " + ".join(told(facts, one) for one in rest) + ")"
        case "object":
            fields = [f"{name}: {told(facts, one)}" for name, one in rest[1]] + [
                f"...{told(facts, one)}" for one in rest[2]
            ]
            return "{" + ", ".join(fields) + "}"
        case "array":
            return "[" + ", ".join(told(facts, one) for one in rest[1:]) + "]"
        case "import":
            return f"import({rest[0]}).{rest[1]}"
        case "spread":
            return f"...{told(facts, rest[0])}"
        case "omit":
            return f"{told(facts, rest[0])} without {', '.join(rest[1:])}"
        case "call":
            return f"call {rest[0]}"
        case name:
            return f"{name} {' '.join(map(str, rest))}"


@pytest.fixture
def logged():
    """What the calls of `log` are handed, in order of their places."""

    def of(source: str, language: str = "js") -> list[str]:
        facts = lower("a", source.encode(), language)
        calls = sorted((one for one in facts.calls if told(facts, one.callee) == "log"), key=lambda one: one.start)
        return [told(facts, number) for call in calls for number in call.args]

    return of


@pytest.fixture
def facts_of():
    return lambda source, language="js": lower("a", source.encode(), language)


@pytest.fixture
def tell():
    return told
