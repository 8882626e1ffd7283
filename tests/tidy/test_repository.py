"""What is committed names no package index, no machine and no secret, and decisions are told in four parts."""

import re

import pytest

# written in pieces, so that this file does not find itself
INDEXES = [
    *("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "deb.debian" + ".org"),
    *("npmmirror" + ".com", "mirrors.aliyun" + ".com", "tuna.tsinghua" + ".edu.cn"),
]
MACHINES = re.compile(r"(?<![\w.])/(?:root|home/[a-z]+|Users/[A-Za-z]+|work/(?:main|shared)|opt/(?:pypi|wheels))\b")
SECRETS = re.compile(
    r"-----BEGIN (?:EC |RSA |ENCRYPTED )?PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bAKID[0-9A-Za-z]{32}\b"
    r"|\bLTAI[0-9A-Za-z]{16,}\b"
    r"|\bghp_[0-9A-Za-z]{36}\b|\bxox[bp]-[0-9A-Za-z-]{20,}"
)
# published test vectors are no secrets: their keys are printed in the standard
VECTORS = ("tests/vectors/",)
DECISION_PARTS = ["Context", "Decision", "Consequences", "Enforced by"]


@pytest.fixture(scope="module")
def texts(tracked, root) -> dict[str, str]:
    """Every committed text by its place."""
    found = {}
    for path in tracked:
        data = path.read_bytes()
        if b"\0" not in data:
            found[path.relative_to(root).as_posix()] = data.decode("utf-8", errors="replace")
    return found


def test_no_file_names_a_package_index(texts):
    assert [f"{place} names {host}" for place, text in texts.items() for host in INDEXES if host in text] == []


def test_no_file_names_a_folder_of_one_machine(texts):
    found = {place: MACHINES.findall(text) for place, text in texts.items() if place != "tests/tidy/test_repository.py"}
    assert not {place: paths[:3] for place, paths in found.items() if paths}


def test_no_file_holds_a_secret(texts):
    assert [place for place, text in texts.items() if SECRETS.search(text) and not place.startswith(VECTORS)] == []


def test_every_locked_package_has_a_hash(texts):
    locks = [text for place, text in texts.items() if place.startswith("requirements/") and place.endswith(".txt")]
    assert len(locks) == 4
    for lock in locks:
        pins = re.findall(r"^[a-z0-9][a-z0-9._-]*==.*?(?=^[a-z0-9]|\Z)", lock, re.MULTILINE | re.DOTALL)
        assert pins
        assert all("--hash=sha256:" in pin for pin in pins)


def test_the_npm_lock_says_no_address(texts):
    lock = texts["bench/peers/fastify/package-lock.json"]
    assert '"integrity"' in lock
    assert '"resolved"' not in lock


def test_every_decision_is_told_in_four_parts(texts):
    decisions = {place: text for place, text in texts.items() if re.match(r"docs/decisions/\d{4}-", place)}
    assert decisions
    for place, text in decisions.items():
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == DECISION_PARTS, place
        number = int(re.match(r"docs/decisions/(\d{4})-", place)[1])
        assert re.match(rf"# {number}\. \S.*\n\n\d+ [A-Z][a-z]+ \d{{4}} · ", text), place


def test_every_decision_is_in_their_index(texts):
    listed = re.findall(r"\]\((\d{4}-[^)]+)\)", texts["docs/decisions/index.md"])
    decisions = {place.rpartition("/")[2] for place in texts if re.match(r"docs/decisions/\d{4}-", place)}
    assert decisions - set(listed) == set()


def test_links_of_the_papers_lead_somewhere(texts, root):
    """Those of `docs/` may lead to generated pages; making the site checks them (`tests/e2e/test_docs_site.py`)."""
    broken = [
        f"{place} → {target}"
        for place, text in texts.items()
        if place.endswith(".md") and not place.startswith("docs/")
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
        if not ((root / place).parent / target).exists()
    ]
    assert broken == []
