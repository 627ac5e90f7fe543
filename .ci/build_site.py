"""Build the course's site, which is its offline edition too: still pages, and the notebooks live in the browser.

    python .ci/build_site.py             # the folder _site
    python .ci/build_site.py --zip       # also edge-of-stability-offline.zip beside it: the folder, to take along
    python -m http.server -d _site       # look at it; nothing on it asks for another machine

Everything that the pages need is in the folder, Python for the browser (Pyodide) included. This file makes an
environment of its own in `build/site`, for which it needs Python 3.12 or 3.13, Node and npm; what cannot be had ends
it with exit code 3 and a line that says so. `.ci/site` holds the work itself.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "build" / "site"
CANNOT = 3
"""Exit code where a part cannot be had here; a build that breaks ends with 1."""
PYTHONS = ("3.13", "3.12")
VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


def version_of(python: str) -> str:
    """What this command calls itself, "3.13"; "" if it does not run."""
    try:
        answer = subprocess.run([python, "-c", VERSION], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()


def find_python() -> str | None:
    """A Python that JupyterLite's kernel can be built with: this one, one on the path, or one of pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named = [f"python{version}" for version in PYTHONS]
    kept = [str(path) for version in PYTHONS for path in sorted(pyenv.glob(f"{version}.*/bin/python"))]
    return next((python for python in [sys.executable, *named, *kept] if version_of(python) in PYTHONS), None)


def cannot(why: str) -> int:
    """Say what is missing."""
    print(f"the site cannot be built here: {why}", file=sys.stderr)
    return CANNOT


def environment(python: str) -> Path:
    """The Python of an environment with what the build needs, made or brought up to date."""
    folder = WORK / "env"
    inside = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if version_of(str(inside)) not in PYTHONS:
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python, "-m", "venv", folder], check=True)
    install = [inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "-r", ROOT / ".ci" / "site" / "requirements.txt", "-e", ROOT], check=True)
    return inside


def main() -> int:
    """Find the tools, and let `.ci/site/build.py` do the work."""
    if missing := [tool for tool in ("node", "npm") if not shutil.which(tool)]:
        return cannot(f"{' and '.join(missing)} not found")
    if not (python := find_python()):
        return cannot(f"it needs Python {' or '.join(PYTHONS)}")
    WORK.mkdir(parents=True, exist_ok=True)
    try:
        inside = environment(python)
    except subprocess.CalledProcessError:
        return cannot("its environment cannot be installed")
    return subprocess.run([inside, ROOT / ".ci" / "site" / "build.py", *sys.argv[1:]]).returncode


if __name__ == "__main__":
    sys.exit(main())
