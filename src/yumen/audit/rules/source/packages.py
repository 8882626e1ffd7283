"""What is uploaded: sizes, sub-packages, pages that are not there."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.finding import Certainty, Finding, InFile
from yumen.audit.rule import Area, Effect, Effort, rule
from yumen.audit.source import Program, SourceEvidence
from yumen.audit.source.packed import left_out_of
from yumen.audit.source.sites import setting
from yumen.audit.source.tree import IMAGES, File
from yumen.kit.errors import Fact
from yumen.law import Tag

PACKAGE_BYTES_MAX = 2 * 1024 * 1024
WHOLE_BYTES_MAX = 30 * 1024 * 1024
IMAGE_BYTES_MAX = 200 * 1024
_NOT_UPLOADED = ("project.config.json", "project.private.config.json", "README.md", "tsconfig.json", "package.json")
_UPLOADED = frozenset({".js", ".json", ".wxml", ".wxss", ".wxs", ".ttf", ".woff", ".mp3", ".mp4", ".txt"}) | IMAGES


@rule("SRC120", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.package",), effort=Effort.DAYS)
def package_is_too_large(source: SourceEvidence) -> Iterator[Finding]:
    """A package is larger than 2 MB.

    The upload is refused (80051, 85044). The size is that of the sources; what the tool strips or compresses comes off.

    Found: {package} holds {kilobytes} KB of 2,048.

    Way out: Move pages to sub-packages, pictures to a delivery network, and drop what no page uses.
    """
    for program in _native(source):
        for package, size in _packages(program).items():
            if size > PACKAGE_BYTES_MAX:
                facts: dict[str, Fact] = {"package": package or "main", "kilobytes": size // 1024}
                yield Finding(setting(program, package), facts, Certainty.LIKELY, key=package or "main")


@rule("SRC121", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.package",), effort=Effort.DAYS)
def whole_is_too_large(source: SourceEvidence) -> Iterator[Finding]:
    """All packages together are larger than 30 MB.

    The upload is refused; 20 MB is the limit where a service provider develops.

    Found: all packages hold {kilobytes} KB of 30,720.

    Way out: Move pictures and media to a delivery network.
    """
    for program in _native(source):
        size = sum(_packages(program).values())
        if size > WHOLE_BYTES_MAX:
            yield Finding(setting(program), {"kilobytes": size // 1024}, Certainty.LIKELY, key="whole")


@rule("SRC122", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.package",), effort=Effort.HOUR)
def tab_page_in_a_sub_package(source: SourceEvidence) -> Iterator[Finding]:
    """A page of the tab bar lies in a sub-package or is not listed.

    Pages of the tab bar must be in the main package; the upload is refused.

    Found: the tab bar names {page}, which is not a page of the main package.

    Way out: Move the page to the main package.
    """
    for program in _native(source):
        main = [
            page
            for page in program.app.pages
            if not any(page.startswith(f"{root}/") for root in program.app.subpackages if root)
        ]
        for page in program.app.tab_pages:
            if page and page.lstrip("/") not in main:
                yield Finding(setting(program, page), {"page": page}, key=page)


@rule("SRC123", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.package",), effort=Effort.HOUR)
def listed_page_is_not_there(source: SourceEvidence) -> Iterator[Finding]:
    """app.json lists a page that has no file.

    Compiling stops (10005).

    Found: {page} is listed and no script or template of it was read.

    Way out: Take it off the list or add the file.
    """
    for program in source.programs:
        known = {path.rpartition(".")[0] for path in program.facts.paths}
        known |= {file.path.rpartition(".")[0] for file in program.files}
        known |= {file.path.rpartition(".")[0] for file in program.images if file.suffix == ".nvue"}
        for page in program.app.pages:
            path = f"{program.path}/{page}".lstrip("/")
            unread = any(path == one.path or path.startswith(f"{one.path}/") for one in source.skipped)
            if path not in known and f"{path}/index" not in known and not unread:
                yield Finding(setting(program, page), {"page": page}, Certainty.LIKELY, key=page)


@rule("SRC124", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("advice.code",), effort=Effort.HOUR)
def code_is_not_loaded_lazily(source: SourceEvidence) -> Iterator[Finding]:
    """All code is run at the start.

    With `"lazyCodeLoading": "requiredComponents"` only the code of the opened page runs: less time to the first
    screen on slow phones, and it costs nothing.

    Found: the app has {pages} pages and does not set `lazyCodeLoading`.

    Way out: Set it in app.json and test the pages that share state between components.
    """
    for program in _native(source):
        if not program.app.lazy_loading and len(program.app.pages) >= 5:
            yield Finding(setting(program), {"pages": len(program.app.pages)}, key="none")


@rule(
    "SRC125", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("advice.code", "wx.package"), effort=Effort.HALF_DAY
)
def picture_in_the_package_is_heavy(source: SourceEvidence) -> Iterator[Finding]:
    """A picture in the package weighs more than 200 KB.

    Everybody downloads it before the first page, at the speed of their line.

    Found: {name} weighs {kilobytes} KB.

    Way out: Compress it, use WebP, or load it from a delivery network.
    """
    for program in _native(source):
        left_out = left_out_of(program)
        for image in program.images:
            heavy = image.suffix in IMAGES and image.size > IMAGE_BYTES_MAX
            if heavy and not left_out(_inside(program, image)):
                facts: dict[str, Fact] = {"name": image.name, "kilobytes": image.size // 1024}
                yield Finding(InFile(image.path), facts, key=image.path)


@rule("SRC126", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("advice.code",), effort=Effort.DAY)
def no_sub_packages(source: SourceEvidence) -> Iterator[Finding]:
    """Many pages, and all of them in the main package.

    People wait for all pages in order to see one.

    Found: {pages} pages and no sub-package.

    Way out: Leave the tab pages in the main package and put the rest into sub-packages with `preloadRule`.
    """
    for program in _native(source):
        if len(program.app.pages) >= 20 and not program.app.subpackages:
            yield Finding(setting(program), {"pages": len(program.app.pages)}, key="none")


def _native(source: SourceEvidence) -> Iterator[Program]:
    """Programs whose files are uploaded as they are."""
    return (one for one in source.programs if one.kind == "native" and one.app.pages)


def _packages(program: Program) -> dict[str, int]:
    """Bytes by package; the main one has no name."""
    sizes: dict[str, int] = {"": 0}
    left_out = left_out_of(program)
    for file in (*program.files, *program.images):
        name = _inside(program, file)
        if not name or file.suffix not in _UPLOADED or name in _NOT_UPLOADED or left_out(name):
            continue
        package = next((root for root in program.app.subpackages if root and name.startswith(f"{root}/")), "")
        sizes[package] = sizes.get(package, 0) + file.size
    return sizes


def _inside(program: Program, file: File) -> str:
    """The path in the uploaded folder; empty for a file that lies elsewhere."""
    prefix = f"{program.path}/" if program.path else ""
    return file.path[len(prefix) :] if file.path.startswith(prefix) else ""
