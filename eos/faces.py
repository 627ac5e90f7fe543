"""Faces: what a folder gives is found in its files, so that a new file is in no list."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def defined_in(package: str, path) -> dict[str, object]:
    """Every class and function without an underscore that a file of the package defines, by its name."""
    found = {}
    for file in iter_modules(path):
        module = import_module(f"{package}.{file.name}")
        own = {name: thing for name, thing in vars(module).items() if not name.startswith("_")}
        found |= {name: thing for name, thing in own.items() if getattr(thing, "__module__", "") == module.__name__}
    return found


def announced_by(*packages: ModuleType) -> dict[str, object]:
    """Those of them that stand in the `__all__` of their file, for several packages."""
    found = {}
    for package in packages:
        for file in iter_modules(package.__path__):
            module = import_module(f"{package.__name__}.{file.name}")
            found |= {name: getattr(module, name) for name in getattr(module, "__all__", ())}
    return found
