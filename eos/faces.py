"""Faces: what a folder gives is found in its files, so that a new file is in no list."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def defined_in(package: str, path) -> dict[str, object]:
    """Every class and function without an underscore that a file of the package defines, by its name."""
    return {
        name: thing
        for module in _files(package, path)
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", "") == module.__name__
    }


def announced_by(*packages: ModuleType) -> dict[str, object]:
    """Those of them that stand in the `__all__` of their file, for several packages."""
    files = (module for package in packages for module in _files(package.__name__, package.__path__))
    return {name: getattr(module, name) for module in files for name in getattr(module, "__all__", ())}


def constants_of(package: str, path, name: str) -> dict:
    """The dictionaries of this name in the files of a package, as one."""
    return {key: value for module in _files(package, path) for key, value in getattr(module, name, {}).items()}


def _files(package: str, path) -> Iterator[ModuleType]:
    return (import_module(f"{package}.{file.name}") for file in iter_modules(path))
