"""Make the site: `python -m scripts.docs [FOLDER]`, by default into build/docs. Exits 1 when a link leads nowhere."""

import shutil
import sys
from pathlib import Path

from scripts.docs.layout import PICTURES, STATIC, TREES, Site
from scripts.docs.pages import ROOT, collect

FOLDER = ROOT / "build" / "docs"


def main(words: list[str]) -> int:
    """Collect every page, write it in both languages, and tell the links that lead nowhere."""
    folder = Path(words[0]) if words else FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    site = Site(collect())
    for place, html in site.files():
        file = folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(html, encoding="utf-8")
    for asset in STATIC.iterdir():
        shutil.copy(asset, folder / asset.name)
    for tree in TREES.values():
        shutil.copytree(PICTURES, folder / tree / PICTURES.name)
    for link in site.broken:
        print(f"leads nowhere: {link}", file=sys.stderr)
    print(f"{len(site.pages)} pages in two languages: {folder / 'index.html'}")
    return int(bool(site.broken))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
