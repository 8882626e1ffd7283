"""From the text of an import to a file."""

from yumen.audit.source.config import Config
from yumen.audit.source.modules import Modules

PATHS = ["src/a/a.js", "src/b/index.ts", "src/utils/http.js", "src/miniprogram_npm/dayjs/index.js"]
NUMBERS = {path: number for number, path in enumerate(PATHS)}


def found(name, aliases=None, configs=None):
    number = Modules(NUMBERS, "src", aliases or {}, configs or {}).find("src/a/a.js", name)
    return PATHS[number] if number >= 0 else None


def test_relative_absolute_and_folder_names_are_found():
    assert found("../utils/http") == "src/utils/http.js"
    assert found("/utils/http.js") == "src/utils/http.js"
    assert found("../b") == "src/b/index.ts"


def test_aliases_are_followed():
    assert found("@/utils/http") == "src/utils/http.js"
    assert found("~u/http", {"~u/*": "/utils/*"}) == "src/utils/http.js"
    options = {"compilerOptions": {"baseUrl": ".", "paths": {"#utils/*": ["utils/*"]}}}
    assert (
        found("#utils/http", configs={"src/tsconfig.json": Config("src/tsconfig.json", options, b"")})
        == "src/utils/http.js"
    )


def test_npm_packages_of_the_program_are_found():
    assert found("dayjs") == "src/miniprogram_npm/dayjs/index.js"


def test_what_is_not_there_is_not_found():
    assert found("vue") is None
    assert found("../../../../etc/passwd") is None
