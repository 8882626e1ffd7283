"""What one pass over one file leaves behind: plain data, without a syntax node and without the source.

Values of the program are numbered per file. A value is a small tuple whose first item is an operation below; the
numbers in it are other values of the same file. Equal tuples get one number, so a file's values are a small graph
that can be written to a cache as it is. Places are byte offsets of the UTF-8 text of the original file.
"""

from __future__ import annotations

from typing import Final

import msgspec

VERSION: Final = 3
"""Goes into the name of the cache, as the code that reads does."""

# operations of values; what follows the operation is in brackets
NONE: Final = 0  # () nothing is known, or nothing of interest is in it
TEXT: Final = 1  # (text)
CONST: Final = 2  # (bool | number | None)
CAT: Final = 3  # (value, …) joined as text
ALT: Final = 4  # (value, …) one of them
MIX: Final = 5  # (value, …) computed from them, no text
OBJECT: Final = 6  # (offset, ((key, value), …), (spread value, …))
ARRAY: Final = 7  # (offset, value, …)
FUNCTION: Final = 8  # (number of the function)
PARAM: Final = 9  # (function, index)
REST: Final = 10  # (function, first index)
PROP: Final = 11  # (value, name); the name of a computed index is `[]`
CALL: Final = 12  # (number of the call)
VARIABLE: Final = 13  # (number of the variable)
FREE: Final = 14  # (name) bound nowhere in the file
IMPORT: Final = 15  # (module, name); `*` is the whole module
THIS: Final = 16  # (number of the object or class it belongs to)
CLASS: Final = 17  # (number of the class)
SPREAD: Final = 18  # (value)
ARGUMENTS: Final = 19  # (function)
OMIT: Final = 20  # (value, name, …) the object without these fields

Value = tuple[object, ...]


class Call(msgspec.Struct, array_like=True, gc=False):
    """`callee(args…)`, `new callee(args…)`. `inside` is the function around it (0 is the module itself)."""

    callee: int
    args: tuple[int, ...]
    start: int
    end: int
    inside: int
    condition: int = -1
    new: bool = False


class Await(msgspec.Struct, array_like=True, gc=False):
    """`await …`: what stands in it runs first; what follows in the function waits."""

    start: int
    end: int
    inside: int
    condition: int = -1


class Function(msgspec.Struct, array_like=True, gc=False):
    """A function of the file. `rest` is the index of `...rest`, or -1."""

    name: str
    start: int
    end: int
    parent: int
    returns: tuple[int, ...] = ()
    params: int = 0
    rest: int = -1


class Class(msgspec.Struct, array_like=True, gc=False):
    """A class. `members` are methods and fields by name."""

    name: str
    parent: int
    members: dict[str, int]
    start: int


class Store(msgspec.Struct, array_like=True, gc=False):
    """`base.name = value`, or a value put into a cell."""

    base: int
    name: str
    value: int
    start: int
    inside: int


class Condition(msgspec.Struct, array_like=True, gc=False):
    """The text of an `if` around a call, cut at 120 bytes; `around` is the next one outside, or -1."""

    text: str
    holds: bool
    around: int


class Attribute(msgspec.Struct, array_like=True, gc=False):
    """One attribute of a tag. `value` is a number of a value for JSX, -1 for templates, which have `text`."""

    name: str
    text: str
    start: int
    end: int
    value: int = -1


class Tag(msgspec.Struct, array_like=True, gc=False):
    """An opening tag of a template or of JSX. `form` is the index of the `<form>` around it, or -1; `words` is the
    text that follows it up to the next tag."""

    name: str
    attributes: tuple[Attribute, ...]
    start: int
    end: int
    form: int = -1
    words: str = ""
    conditional: str = ""

    def get(self, *names: str) -> Attribute | None:
        """The first attribute of one of these names."""
        for one in self.attributes:
            if one.name in names:
                return one
        return None


class Literal(msgspec.Struct, array_like=True, gc=False):
    """A piece of text of the source that may be an address or a secret, with the names that lead to it."""

    text: str
    start: int
    end: int
    names: tuple[str, ...] = ()


class Facts(msgspec.Struct, array_like=True, gc=False):
    """All of one file."""

    path: str
    size: int = 0
    lines: int = 0
    light: str = ""
    """Why only the traces were read (`minified`, `third_party`, `too_deep`), or nothing."""
    broken: int = 0
    """Syntax errors met."""
    values: list[Value] = []
    places: list[int] = []
    calls: list[Call] = []
    functions: list[Function] = []
    classes: list[Class] = []
    owners: list[int] = []
    """What `this` is: the value (object or class) behind each number of THIS."""
    variables: dict[int, tuple[int, ...]] = {}
    names: dict[str, int] = {}
    """Names of the outermost scope and the numbers of their variables."""
    exports: dict[str, int] = {}
    passed_on: list[str] = []
    """Modules of `export * from`."""
    stores: list[Store] = []
    conditions: list[Condition] = []
    tags: list[Tag] = []
    literals: list[Literal] = []
    words: dict[str, int] = {}
    """Subjects the text speaks of (`account_deletion`), with the first place."""
    traces: list[tuple[str, int]] = []
    """API names found by text alone, of files that were only read lightly."""
    held: list[str] = []
    """Names of the privacy guide's interfaces that a minified file or a package calls on something of its own."""
    awaits: list[Await] = []
