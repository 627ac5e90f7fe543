"""The house: what may know what, and how long a room may be."""

import ast
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

import eos

ROOT = Path(eos.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
CORE = {
    "activations", "backprop", "checks", "convergence", "curvature", "datasets", "gradient_flow", "losses",
    "network", "potentials", "sharpness_path", "steered_run", "steppers", "trajectory", "two_point",
    "validation", "valleys",
}  # fmt: skip
FORBIDDEN = {
    **{name: {"plots", "figures", "explorers", "exercises", "matplotlib", "ipywidgets"} for name in CORE},
    "figures": {"plots", "explorers", "exercises", "ipywidgets"},
    "labels": {"plots", "figures", "explorers", "exercises", "ipywidgets"},
    "plots": {"explorers", "exercises", "ipywidgets"},
    "difference_plots": {"explorers", "exercises", "ipywidgets"},
    "maps": {"explorers", "exercises", "ipywidgets"},
    "exercises": {"plots", "figures", "explorers", "matplotlib", "ipywidgets"},
}
BELOW_RUNS = {"trajectory", "curvature", "sharpness_path"}
BELOW = "potentials", "network", "backprop", "losses", "activations", "steppers", "datasets", "validation", "valleys"
for name in BELOW:
    FORBIDDEN[name] = FORBIDDEN[name] | BELOW_RUNS


def imported(path: Path) -> set[str]:
    """Every part of the dotted names that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {part for alias in node.names for part in alias.name.split(".")}
        elif isinstance(node, ast.ImportFrom):
            names |= {part for part in (node.module or "").split(".")}
            names |= {alias.name for alias in node.names if node.module == "eos"}
    return names


def functions():
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.stem}.{node.name}", node.end_lineno - node.lineno + 1


def test_the_library_alone_loads_numpy_alone():
    heavy = "matplotlib", "ipywidgets", "scipy", "IPython", "PIL"
    code = f"import eos, sys; print([name for name in {heavy!r} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("name", FORBIDDEN)
def test_arrows_point_one_way(name):
    assert not imported(ROOT / f"{name}.py") & FORBIDDEN[name]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_pyplot_is_imported_nowhere(path):
    assert "pyplot" not in imported(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_module_fits_in_a_sitting(path):
    assert len(path.read_text("utf-8").splitlines()) <= 300


def test_functions_are_short():
    lengths = dict(functions())
    assert statistics.median(lengths.values()) <= 10
    assert not {name: length for name, length in lengths.items() if length > 40}


@pytest.mark.parametrize("name", eos.__all__)
def test_what_is_public_exists_and_says_what_it_is(name):
    assert len(getattr(eos, name).__doc__) > 30


def test_what_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'sharpnes'"):
        eos.sharpnes  # noqa: B018
