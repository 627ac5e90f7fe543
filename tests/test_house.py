"""The house: what may know what, how long a room may be, and that one new file is found by all that should find it."""

import ast
import re
import shutil
import statistics
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import eos

ROOT = Path(eos.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
FLOORS = [
    ("faces", "validation"),
    ("potentials",),
    ("curvature",),
    ("steppers",),
    ("trajectories",),
    ("__init__",),
    ("exercises", "pictures"),
    ("widgets",),
    ("live",),
    ("explorers",),
]
"""From the ground up, folders and files of `eos`: each may import from the floors below it, and its own folder."""
HEAVY = {"matplotlib", "contourpy", "PIL", "IPython", "ipywidgets"}
BELOW_PICTURES = FLOORS[: FLOORS.index(("exercises", "pictures"))]


def name_of(path: Path, root: Path) -> str:
    """The dotted name under which a file is imported, below `eos`; "__init__" for `eos` itself."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts if parts[-1] != "__init__" or len(parts) == 1 else parts[:-1])


def imported(path: Path) -> dict[str, str]:
    """The dotted name of everything that a file imports, anywhere in it and for type checking too, by its own name."""
    names = {}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def arrows(path: Path, root: Path) -> set[str]:
    """The files of `eos` that a file imports from; what a face only hands on counts as imported from where it is."""
    files, targets = {name_of(file, root) for file in root.rglob("*.py")}, set()
    for name in imported(path).values():
        package, _, last = name.rpartition(".")
        face = root / "/".join(package.split(".")[1:]) / "__init__.py"
        name = imported(face).get(last, name) if package.startswith("eos.") and face.exists() else name
        first, *rest = name.split(".")
        while rest and ".".join(rest) not in files:
            rest.pop()  # a name inside a file
        targets |= {".".join(rest) or "__init__"} if first == "eos" else set()
    return targets


def floor_of(name: str) -> int:
    """The number of the floor that claims a file."""
    (floor,) = [i for i, names in enumerate(FLOORS) if name.split(".")[0] in names] or [None]
    assert floor is not None, f"no floor claims {name}: every file belongs to a folder of the house"
    return floor


def faults(root: Path) -> list[str]:
    """Every arrow that goes up or across, and the circles."""
    found, graph = [], {}
    for path in root.rglob("*.py"):
        name = name_of(path, root)
        graph[name] = arrows(path, root)
        for other in graph[name]:
            same_folder = "." in name and name.split(".")[0] == other.split(".")[0] and "." in other
            own_face = "." in name and name.split(".")[0] == other
            face = path.name == "__init__.py" and other.split(".")[0] == name
            if own_face or not (same_folder or face or floor_of(other) < floor_of(name)):
                found.append(f"{name} may not import {other}")
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found.append(f"a circle: {' -> '.join(error.args[1])}")
    return found


def functions():
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.stem}.{node.name}", node.end_lineno - node.lineno + 1


# ---- arrows


def test_every_arrow_goes_down_and_there_is_no_circle():
    assert faults(ROOT) == []


@pytest.mark.parametrize(
    ("file", "code", "says"),
    [
        ("potentials/new.py", "def f():\n    from eos.curvature import sharpness\n", "may not import curvature"),
        ("steppers/new.py", "from eos import descend\n", "may not import __init__"),
        ("potentials/new.py", "from eos.potentials import SoftAbs\n", "may not import potentials"),
        ("pictures/new.py", "import eos.explorers.parabola\n", "may not import explorers.parabola"),
        ("new.py", "import eos.validation\n", "no floor claims new"),
        (
            "widgets/slider.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from eos.widgets.explorer import Explorer\n",
            "a circle: widgets.",
        ),
    ],
)
def test_a_new_file_is_read_the_day_it_is_written(tmp_path, file, code, says):
    root = Path(shutil.copytree(ROOT, tmp_path / "eos", ignore=shutil.ignore_patterns("__pycache__")))
    (root / file).write_text(code, "utf-8")
    with pytest.raises(AssertionError, match=says):
        assert "\n".join(faults(root)) == ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: name_of(path, ROOT))
def test_numpy_alone_is_enough_up_to_the_pictures(path):
    names = set(imported(path).values())
    assert not [name for name in names if "pyplot" in name or name.startswith("scipy")]
    if floor_of(name_of(path, ROOT)) < len(BELOW_PICTURES) or path.parent.name == "exercises":
        assert not {name.split(".")[0] for name in names} & HEAVY


def test_the_library_alone_loads_numpy_alone():
    code = f"import eos, sys; print(sorted({HEAVY | {'scipy'}!r} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_the_map_names_every_folder():
    folders = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}
    lines = [line.split() for line in eos.__doc__.splitlines() if line.startswith("    ") and "=" not in line]
    assert {words[0] for words in lines} == folders | {"validation"}
    order = [words[0] for words in lines]
    assert order == sorted(order, key=floor_of)


# ---- rooms


@pytest.mark.parametrize("path", FILES, ids=lambda path: name_of(path, ROOT))
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


# ---- one file is enough

NEW = {
    "eos/potentials/double_well.py": '''
"""A double well."""
from dataclasses import dataclass
from eos.potentials.potential import Potential
from eos.validation import points
__all__ = ["DoubleWell"]

@dataclass(frozen=True)
class DoubleWell(Potential):
    """f(x) = depth (x^2 - 1)^2 / 4: two valleys and a hill between them."""
    depth: float

    @classmethod
    def examples(cls):
        return [cls(2.0)]

    @property
    def dim(self):
        return 1

    def value(self, x):
        x = points("x", x, 1)[..., 0]
        return self.depth * (x * x - 1) ** 2 / 4

    def gradient(self, x):
        x = points("x", x, 1)
        return self.depth * x * (x * x - 1)

    def hvp(self, x, v):
        return self.depth * (3 * points("x", x, 1) ** 2 - 1) * points("v", v, 1)
''',
    "eos/steppers/root_mean_square.py": '''
"""RMSProp."""
from dataclasses import dataclass
import numpy as np
from eos.steppers.stepper import Stepper
__all__ = ["RootMeanSquare"]

@dataclass(frozen=True, eq=False)
class RootMeanSquare(Stepper):
    """nu <- beta2 nu + (1 - beta2) g^2; x <- x - eta g / P with P = sqrt(nu) + 1e-8 (Tieleman and Hinton, 2012)."""
    beta2: float = 0.99
    symbol = "2/η of H/P"

    def init(self, potential, x):
        return np.square(potential.gradient(x))

    def step(self, potential, x, state):
        gradient = potential.gradient(x)
        state = self.beta2 * state + (1 - self.beta2) * np.square(gradient)
        return self.move(x, gradient / self.preconditioner(state)), state

    def preconditioner(self, state):
        return np.sqrt(state) + 1e-8

    @property
    def threshold(self):
        return 2.0 / self.eta
''',
    "eos/curvature/backwards.py": '''
"""The whole Hessian, the wrong way round."""
import numpy as np
from eos.curvature.estimators import Eigenpairs, exact
from eos.potentials import Potential
__all__ = ["smallest_first"]

def smallest_first(potential: Potential, x, k: int = 1) -> Eigenpairs:
    """The k smallest eigenvalues: no estimator of sharpness, and the tests shall say so."""
    pairs = exact(potential, x, potential.dim)
    return Eigenpairs(pairs.values[::-1][:k], pairs.vectors[::-1][:k], pairs.residuals[::-1][:k], pairs.matvecs, True)
''',
}
"""As a newcomer would write them, beside the stepper and the explorer of the README; the estimator is wrong."""
README = (ROOT.parent / "README.md").read_text("utf-8")
NEW |= {file: code for file, code in re.findall(r"```python\n# ((?:eos|tests)/\S+)\n(.*?)```", README, re.DOTALL)}
ONE = "test_the_largest_is_the_algebraically_largest"
FINDERS = ["test_potentials.py", "test_steppers.py", f"test_curvature.py::{ONE}", "test_explorers.py", "test_drawn.py"]


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """The output of the tests in a copy of the project to which the new files were added, and nothing else done."""
    folder = tmp_path_factory.mktemp("project")
    for part in ("eos", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", "browser")
        shutil.copytree(ROOT.parent / part, folder / part, ignore=ignored)
    for file, code in NEW.items():
        (folder / file).write_text(code.lstrip(), "utf-8")
    only = "DoubleWell or RootMeanSquare or Averaging or smallest_first or flat_bounce"
    command = ["-m", "pytest", "-v", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", ".", "-k", only]
    command += [f"tests/{name}" for name in FINDERS]
    code = "import eos, sys; print(eos.DoubleWell(2.0), eos.RootMeanSquare(0.1), eos.smallest_first.__name__)"
    environment = {"PYTHONPATH": str(folder), "PATH": ""}
    runs = [[sys.executable, "-c", code], [sys.executable, *command]]
    answers = [subprocess.run(r, cwd=folder, env=environment, capture_output=True, text=True) for r in runs]
    return folder, [answer.stdout + answer.stderr for answer in answers]


def test_eos_gives_the_new_names(extended):
    assert extended[1][0].strip() == "DoubleWell(depth=2.0) RootMeanSquare(eta=0.1, beta2=0.99) smallest_first"


def test_the_new_files_break_no_rule_of_the_house(extended):
    assert faults(extended[0] / "eos") == []


@pytest.mark.parametrize(
    ("name", "least"), [("DoubleWell", 20), ("RootMeanSquare", 15), ("Averaging", 15), ("flat_bounce", 9)]
)
def test_what_was_added_is_found_and_passes(extended, name, least):
    lines = [line for line in extended[1][1].splitlines() if f"[{name}" in line or f"-{name}" in line]
    assert sum("PASSED" in line for line in lines) >= least, extended[1][1]
    assert not [line for line in lines if "FAILED" in line or "ERROR" in line]


def test_the_wrong_estimator_is_found_and_fails(extended):
    lines = [line for line in extended[1][1].splitlines() if "smallest_first" in line]
    assert any(ONE in line and "FAILED" in line for line in lines)
