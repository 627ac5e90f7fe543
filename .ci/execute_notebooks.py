"""Execute the notebooks afresh and clean them, so that they can be committed.

    python .ci/execute_notebooks.py                            # all of notebooks/
    python .ci/execute_notebooks.py notebooks/01_parabola.ipynb

Each runs from top to bottom in a new kernel of this environment, inside its own folder. A cell
that raises (unless tagged `raises-exception`) or writes to stderr is a failure: the file is then
left alone and the exit code is 1. What is stored carries no widget state, no widget views, no
times, no machine's paths in tracebacks, and small pictures. A cell whose outputs look as before
keeps its stored ones, so executing again without a change leaves git clean.
"""

import argparse
import base64
import copy
import io
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import DEVNULL

import nbformat
import numpy as np
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from nbformat import NotebookNode
from PIL import Image

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
CELL_TIMEOUT = 120  # seconds, as in the tests
COLOURS = 256  # in a stored picture
MEAN_CHANGE, LARGEST_CHANGE = 0.5, 64  # of 255; a picture that changed less looks the same

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PNG = "image/png"
EMBEDDED_PNG = re.compile(r"(?<=data:image/png;base64,)[A-Za-z0-9+/=]+")
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


class NotebookFailure(Exception):
    """A notebook that must not be committed, and why."""


# Execution


class ThisEnvironment(KernelSpecManager):
    """Knows one kernel: the Python that runs this script."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The kernel of this environment, whatever it is asked for."""
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """A copy of the notebook, executed in a fresh kernel inside the folder."""
    fresh = copy.deepcopy(notebook)
    for cell in code_cells(fresh):
        cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        fresh,
        km=AsyncKernelManager(kernel_spec_manager=ThisEnvironment()),
        resources={"metadata": {"path": str(folder)}},
        timeout=CELL_TIMEOUT,
        store_widget_state=False,
        record_timing=False,
        coalesce_streams=True,
    )
    try:
        client.execute(cleanup_kc=True, stderr=DEVNULL)  # the kernel's log, not the cells' stderr
    except (CellControlSignal, DeadKernelError) as error:
        raise NotebookFailure(str(error)) from error
    require_silence(fresh)
    return fresh


def require_silence(notebook: NotebookNode) -> None:
    """Raise NotebookFailure if a cell wrote to stderr: a warning would greet every reader."""
    for number, cell in enumerate(code_cells(notebook), start=1):
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                raise NotebookFailure(f"code cell {number} wrote to stderr:\n{output.text}")


# Cleaning


def clean(notebook: NotebookNode) -> None:
    """Drop, in place, all that differs from run to run or that readers do not need."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.kernelspec = NotebookNode(KERNEL)
    notebook.metadata.language_info = NotebookNode(name="python")
    for cell in code_cells(notebook):
        for timestamps in ("execution", "ExecuteTime"):
            cell.metadata.pop(timestamps, None)
        cell.outputs = [output for output in map(clean_output, cell.outputs) if output]


def clean_output(output: NotebookNode) -> NotebookNode | None:
    """The output with its widget view, machine paths and heavy pictures gone; None if empty."""
    if output.output_type == "error":  # a traceback holds paths of this machine
        output.traceback = [f"{output.ename}: {output.evalue}"]
    if "data" not in output:
        return output
    output.data.pop(WIDGET_VIEW, None)
    output.data = map_pictures(output.data, shrink)
    return output if output.data else None


def map_pictures(bundle: NotebookNode, change: Callable[[str], str]) -> NotebookNode:
    """The bundle with `change` applied to the base64 text of every PNG, also inside HTML."""
    changed = NotebookNode()
    for mime, content in bundle.items():
        if mime == PNG:
            content = change(content)
        elif isinstance(content, str):
            content = EMBEDDED_PNG.sub(lambda found: change(found.group()), content)
        changed[mime] = content
    return changed


def shrink(picture: str) -> str:
    """The PNG (base64) with a palette, if that makes it smaller. Transparent ones stay."""
    image = Image.open(io.BytesIO(base64.b64decode(picture)))
    opaque = not image.has_transparency_data or image.convert("RGBA").getextrema()[3][0] == 255
    if image.mode == "P" or not opaque:
        return picture
    palette = image.convert("RGB").quantize(
        COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=4, dither=Image.Dither.NONE
    )
    stream = io.BytesIO()
    palette.save(stream, format="PNG", optimize=True)
    smaller = base64.b64encode(stream.getvalue()).decode("ascii")
    return min(picture, smaller, key=len)


# Comparison with what is stored


def keep_unchanged(fresh: NotebookNode, stored: NotebookNode) -> None:
    """Put the stored outputs back, in place, into each cell whose fresh ones look the same."""
    for new, old in zip(code_cells(fresh), code_cells(stored), strict=True):
        if same_outputs(new.outputs, old.outputs):
            new.outputs = old.outputs


def same_outputs(new: list[NotebookNode], old: list[NotebookNode]) -> bool:
    """Whether two lists of outputs are equal, but for invisible changes in their pictures."""
    new_rest, new_pictures = split_pictures(new)
    old_rest, old_pictures = split_pictures(old)
    if new_rest != old_rest or len(new_pictures) != len(old_pictures):
        return False
    return all(map(same_picture, new_pictures, old_pictures))


def split_pictures(outputs: list[NotebookNode]) -> tuple[list[NotebookNode], list[str]]:
    """The outputs with a blank for each PNG, and the PNGs (base64)."""
    pictures: list[str] = []

    def take(picture: str) -> str:
        pictures.append(picture)
        return ""

    rest = copy.deepcopy(outputs)
    for output in rest:
        if "data" in output:
            output.data = map_pictures(output.data, take)
    return rest, pictures


def same_picture(new: str, old: str) -> bool:
    """Whether two PNGs (base64) have one size and look the same."""
    if new == old:
        return True
    a, b = pixels(new), pixels(old)
    if a.shape != b.shape:
        return False
    change = np.abs(a - b)
    return bool(change.mean() < MEAN_CHANGE and change.max() < LARGEST_CHANGE)


def pixels(picture: str) -> np.ndarray:
    """The colours (height, width, 4), 0 to 255, of a PNG given as base64."""
    image = Image.open(io.BytesIO(base64.b64decode(picture)))
    return np.asarray(image.convert("RGBA"), dtype=float)


# Files


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def refresh(path: Path) -> str:
    """Execute and clean one notebook; write it if it changed. Returns one line of report."""
    before = path.read_text(encoding="utf-8")
    stored = nbformat.reads(before, as_version=4)
    start = time.perf_counter()
    fresh = execute(stored, path.resolve().parent)
    seconds = time.perf_counter() - start
    clean(fresh)
    clean(stored)
    keep_unchanged(fresh, stored)
    after = nbformat.writes(fresh) + "\n"
    if after != before:
        path.write_text(after, encoding="utf-8", newline="\n")
    size = len(after.encode()) / 1000
    verdict = "unchanged" if after == before else "written"
    return f"{path.name:34} {len(fresh.cells):3} cells {seconds:6.1f} s {size:6.0f} kB  {verdict}"


def main(arguments: list[str] | None = None) -> int:
    """Refresh the notebooks named, or all; 1 if any of them failed."""
    parser = argparse.ArgumentParser(description="Execute and clean notebooks for committing.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of notebooks/")
    paths = parser.parse_args(arguments).notebooks or sorted(NOTEBOOKS.glob("*.ipynb"))
    failed = False
    for path in paths:
        try:
            print(refresh(path), flush=True)
        except (NotebookFailure, OSError) as failure:
            failed = True
            print(f"{path.name}: FAILED, not written\n{failure}", file=sys.stderr, flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
