"""Import the whole product once, so that everything which registers itself (problems, leaves) has done so."""

import importlib
import pkgutil

import yumen


def load_everything() -> None:
    """Import every module of the product; simulators are strangers and declare nothing of ours."""
    for module in pkgutil.walk_packages(yumen.__path__, "yumen."):
        if not module.name.startswith("yumen.sandbox") and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
