"""Python for the browser: a folder with Pyodide, the wheels that the course needs, and a lock file that names them.

Pyodide itself comes from npm. Of its compiled wheels (NumPy, Matplotlib, ...) none is on a package index by itself;
complete and unchanged copies lie in the wheel of another project, `open-webui`, and are taken from there and checked
against the hashes in Pyodide's own lock file. Its pure-Python wheels come from the package index.

A folder with the whole release of Pyodide 314.0.3, as its authors publish it, can stand in for that: `--pyodide`.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

PYODIDE = "314.0.3"
CORE = ("pyodide.mjs", "pyodide.js", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
CARRIER = "open-webui==0.12.4"
FROM_LOCK = ("numpy", "matplotlib", "micropip", "ipython", "traitlets", "packaging", "typing-extensions")
"""Taken as Pyodide's lock file has them, with all that they depend on."""
FROM_INDEX = ("ipywidgets", "anywidget", "psygnal", "comm", "jedi", "parso")
"""Taken in the versions that the build itself has installed: the page's side of a widget must fit Python's."""
FOR_TESTS = ("pytest", "scipy"), ("hypothesis==6.135.32", "sortedcontainers==2.4.0", "attrs==25.4.0", "autograd==1.8.0")
"""What the unit tests need besides: from Pyodide's lock file, and from the index."""
FROM_KERNEL = ("piplite", "pyodide_kernel", "ipykernel", "widgetsnbextension")
"""These lie in the kernel's extension; the last two are stand-ins."""
NOT_HERE = {"jupyterlab-widgets", "atomicwrites"}
"""Dependencies that do nothing in a browser's Python."""
AT_THE_START = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython", "edge-of-stability")
"""What a kernel loads before it answers, so that it asks no package index, and `import eos` is at once."""
BROWSER = {"sys_platform": "emscripten", "platform_system": "Emscripten", "platform_machine": "wasm32"}
BROWSER |= {"python_version": "3.14", "python_full_version": "3.14.2", "extra": ""}


class CannotBeHad(Exception):
    """A part that no registry gives."""


def run(*command) -> None:
    """Run it quietly; CannotBeHad tells what it said."""
    answer = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if answer.returncode:
        raise CannotBeHad(f"{' '.join(map(str, command[:6]))} ...: {answer.stderr.strip()[-600:]}")


def download(requirement: str, folder: Path) -> Path:
    """The wheel of "name==version" from the package index."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = Requirement(requirement)
    found = [path for path in folder.glob("*.whl") if fits(path, wanted)]
    if not found:
        options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--ignore-requires-python", "--dest", folder]
        only = ["--only-binary", ":all:", "--implementation", "py", "--abi", "none", "--platform", "any"]
        run(sys.executable, "-m", "pip", "download", *options, *only, requirement)
        found = [path for path in folder.glob("*.whl") if fits(path, wanted)]
    return found[0]


def fits(wheel: Path, wanted: Requirement) -> bool:
    """Whether this file is what was asked for."""
    name, number, *_ = parse_wheel_filename(wheel.name)
    return name == canonicalize_name(wanted.name) and number in wanted.specifier


def npm(package: str, folder: Path) -> Path:
    """The unpacked contents of "name@version" from npm."""
    place = folder / package.replace("@", "-")
    if not place.exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            command = [shutil.which("npm"), "pack", "--silent", package]
            answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        except subprocess.CalledProcessError as error:
            raise CannotBeHad(f"npm pack {package}: {error.stderr.strip()[-600:]}") from error
        with tarfile.open(folder / answer.stdout.split()[-1]) as packed:
            packed.extractall(folder / "unpacked", filter="data")
        (folder / "unpacked" / "package").rename(place)
    return place


def closure(names, packages: dict) -> list[str]:
    """These packages of a lock file and all that they depend on."""
    found, ahead = set(), [canonicalize_name(name) for name in names]
    while ahead:
        name = ahead.pop()
        if name not in found and name not in NOT_HERE:
            found.add(name)
            ahead += [canonicalize_name(other) for other in packages[name]["depends"]]
    return sorted(found)


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def entry(wheel: Path) -> dict:
    """What a lock file says of a wheel: its hash, what it is imported as, what it needs."""
    name, number, *_ = parse_wheel_filename(wheel.name)
    with zipfile.ZipFile(wheel) as packed:
        files = packed.namelist()
        (metadata,) = [file for file in files if re.fullmatch(r"[^/]+\.dist-info/METADATA", file)]
        lines = packed.read(metadata).decode("utf-8").split("\n\n")[0].splitlines()
    needs = [Requirement(line.split(": ", 1)[1]) for line in lines if line.startswith("Requires-Dist: ")]
    needs = [need for need in needs if need.marker is None or need.marker.evaluate(BROWSER)]
    tops = {file.split("/")[0] for file in files if file.endswith(".py")}
    return {
        "name": name,
        "version": str(number),
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": digest(wheel),
        "package_type": "package",
        "imports": sorted(top.removesuffix(".py") for top in tops if ".dist-info" not in top and ".data" not in top),
        "depends": sorted({canonicalize_name(need.name) for need in needs} - NOT_HERE),
        "unvendored_tests": False,
    }


def official(spec: dict, carried: zipfile.ZipFile | None, release: Path | None, cache: Path) -> tuple[Path, dict]:
    """One package of Pyodide's lock file: its wheel, and its entry, whose hash is that of the wheel."""
    name, place = spec["file_name"], cache / "wheels" / spec["file_name"]
    place.parent.mkdir(parents=True, exist_ok=True)
    if release:
        shutil.copy(release / name, place)
    elif carried and (inside := [file for file in carried.namelist() if file.endswith(f"/pyodide/{name}")]):
        place.write_bytes(carried.read(inside[0]))
    elif name.endswith("-none-any.whl"):
        wheel = download(f"{spec['name']}=={spec['version']}", cache / "pure")
        own = entry(wheel)  # built by its authors, and not by Pyodide's: another file, and the same code
        return wheel, {**spec, "file_name": own["file_name"], "sha256": own["sha256"]}
    else:
        raise CannotBeHad(f"{name} is in no wheel that we know")
    if digest(place) != spec["sha256"]:
        raise CannotBeHad(f"{name} is not the file that Pyodide's lock file names")
    return place, spec


def assemble(
    folder: Path, cache: Path, wheel: Path, extension: Path, release: Path | None, tests: bool = False
) -> None:  # fmt: skip
    """Fill the folder: Pyodide, the wheels, and `pyodide-lock.json`. `wheel` is our own, `extension` the kernel's.

    With `tests`, also what the unit tests need.
    """
    more = FOR_TESTS if tests else ((), ())
    core = release or npm(f"pyodide@{PYODIDE}", cache / "npm")
    folder.mkdir(parents=True)
    for name in CORE:
        shutil.copy(core / name, folder)
    lock = json.loads((core / "pyodide-lock.json").read_text("utf-8"))
    carried = None if release else zipfile.ZipFile(download(CARRIER, cache / "carrier"))
    packages = {}
    for name in closure((*FROM_LOCK, *more[0]), lock["packages"]):
        place, spec = official(lock["packages"][name], carried, release, cache)
        shutil.copy(place, folder)
        packages[name] = {**spec, "depends": [d for d in spec["depends"] if canonicalize_name(d) not in NOT_HERE]}
    ours = [wheel, *(download(f"{name}=={version(name)}", cache / "pure") for name in FROM_INDEX)]
    ours += [download(requirement, cache / "pure") for requirement in more[1]]
    ours += [max(extension.rglob(f"{name}-*.whl"), key=lambda path: path.name) for name in FROM_KERNEL]
    for path in ours:
        shutil.copy(path, folder)
        packages[entry(path)["name"]] = entry(path)
    for spec in packages.values():
        if missing := {canonicalize_name(name) for name in spec["depends"]} - set(packages):
            raise CannotBeHad(f"{spec['name']} needs {', '.join(sorted(missing))}")
    lock["packages"] = dict(sorted(packages.items()))
    (folder / "pyodide-lock.json").write_text(json.dumps(lock, indent=1), "utf-8")
