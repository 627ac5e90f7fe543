"""The notebooks live: JupyterLite, built around the folder that `pyodide.py` fills."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyodide

KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
SETTINGS = {
    "jupyter-config-data": {
        "appName": "The edge of stability",
        "exposeAppInBrowser": True,
        "litePluginSettings": {KERNEL: {"loadPyodideOptions": {"packages": list(pyodide.AT_THE_START)}}},
    }
}
CONFIG = {
    "contents": ["contents"],
    "apps": ["lab", "notebooks", "tree"],
    "no_sourcemaps": True,
    "no_unused_shared_packages": True,
}
EXTENSION = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "@jupyterlite" / "pyodide-kernel-extension"


def build(root: Path, output: Path, work: Path, cache: Path, release: Path | None, tests: Path | None) -> None:
    """JupyterLite with the course's notebooks, in `output`. It runs inside a folder of its own: it looks around.

    In `tests`, where it is given, Python for the browser with all that the unit tests need.
    """
    shutil.rmtree(work, ignore_errors=True)
    contents = work / "contents"
    contents.mkdir(parents=True)
    for notebook in sorted((root / "notebooks").glob("*.ipynb")):
        shutil.copy(notebook, contents)
    shutil.copy(root / "notebooks" / "README.md", contents)
    pyodide.run(sys.executable, "-m", "build", "--wheel", "--outdir", work / "dist", root)
    (wheel,) = (work / "dist").glob("*.whl")
    pyodide.assemble(work / "static" / "pyodide", cache, wheel, EXTENSION, release)
    if tests:
        shutil.rmtree(tests, ignore_errors=True)
        pyodide.assemble(tests, cache, wheel, EXTENSION, release, tests=True)
    config = {"LiteBuildConfig": {**CONFIG, "output_dir": str(output)}}
    (work / "jupyter_lite_config.json").write_text(json.dumps(config), "utf-8")
    (work / "jupyter-lite.json").write_text(json.dumps(SETTINGS), "utf-8")
    command = [sys.executable, "-m", "jupyterlite_core.app", "build"]
    subprocess.run(command, cwd=work, check=True, stdout=subprocess.DEVNULL)
