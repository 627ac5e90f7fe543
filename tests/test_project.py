"""The project as a reader meets it: set-up files that agree, notebooks that are fit to be read.

The notebooks' rules are checked in their stored files; nbval checks that they run.
"""

import base64
import importlib.util
import io
import json
import re
import shutil
import statistics
import subprocess
import tomllib
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import eos

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]

TEST_COMMAND = 'python3 -m venv .venv && .venv/bin/pip install -e ".[test]" && .venv/bin/pytest'
LAB_COMMAND = (
    'python3 -m venv .venv && .venv/bin/pip install -e ".[lab]" && .venv/bin/jupyter lab notebooks/00_start_here.ipynb'
)

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
EMBEDDED = re.compile(r"data:image/\w+;base64,[A-Za-z0-9+/=]+")
FILE_NAME = re.compile(r"\S+\.(png|jpe?g|gif|svg|webp)", re.IGNORECASE)
IMPORT = re.compile(r"^\s*(import\s|from\s+\S+\s+import\s)", re.MULTILINE)
PLUMBING = re.compile(r"rcParams|plt\.show|ipywidgets|^\s*[%!]", re.MULTILINE)
MACHINE_PATH = re.compile(r"(?<![\w.])(/home/|/root/|/tmp/|/Users/|[A-Z]:\\Users)")


def read(name: str) -> str:
    """A text file of the project, line breaks and all."""
    return (ROOT / name).read_text(encoding="utf-8")


# Set-up


def test_environment_and_project_have_one_name():
    assert re.search(r"^name: (\S+)$", read("environment.yml"), re.MULTILINE)[1] == PROJECT["name"]


def test_environment_takes_its_packages_from_the_project():
    entries = re.findall(r"^ +- ([^:\n]+?):?$", read("environment.yml"), re.MULTILINE)
    local = [entry for entry in entries if entry.startswith("-e .")]
    names = {re.split(r"[=<>]", entry)[0] for entry in entries if entry not in local}
    assert names == {"conda-forge", "python", "pip"}, "add packages to pyproject.toml only"
    (extras,) = (re.fullmatch(r"-e \.\[(.+)\]", entry)[1].split(",") for entry in local)
    assert {"lab", "test"} <= set(extras) <= set(PROJECT["optional-dependencies"])


def test_environment_has_a_python_the_project_supports():
    def version(text: str) -> tuple[int, ...]:
        return tuple(map(int, re.search(r"\d+\.\d+", text)[0].split(".")))

    pinned = re.search(r"- python=(\S+)", read("environment.yml"))[1]
    assert version(pinned) >= version(PROJECT["requires-python"])


def test_version_is_stated_once_and_repeated_correctly():
    assert "version" in PROJECT["dynamic"]
    assert f"\nversion: {eos.__version__}\n" in read("CITATION.cff")
    assert eos.__version__ in read("CHANGELOG.md")


def test_dependencies_have_lower_bounds_only():
    extras = PROJECT["optional-dependencies"].values()
    for requirement in [*PROJECT["dependencies"], *(entry for extra in extras for entry in extra)]:
        assert re.fullmatch(r"[a-z0-9-]+>=[\d.]+", requirement), requirement


@pytest.mark.parametrize("command", [TEST_COMMAND, LAB_COMMAND], ids=["test", "lab"])
def test_readme_has_the_command(command):
    assert command in re.sub(r"\\?\s+", " ", read("README.md"))


def test_ci_runs_the_command_of_the_readme():
    assert TEST_COMMAND in read(".ci/run")


def test_lock_file_stays_out_of_git():
    assert "uv.lock" in read(".gitignore").split()
    if git := shutil.which("git"):
        listing = subprocess.run([git, "ls-files", "uv.lock"], cwd=ROOT, capture_output=True)
        assert listing.stdout == b""


def test_each_wrong_change_that_is_tried_can_still_be_made():
    """benchmarks/mutations.py makes them; a text that is gone, or stands twice, would be tried in vain."""
    file, lost = None, []
    for line in (ROOT / "benchmarks" / "changes.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            file = (ROOT / line[2:].split(" | ")[0]).read_text("utf-8")
        elif line.strip() and file.count(line.split(" => ")[0].replace("\\n", "\n")) != 1:
            lost.append(line)
    assert not lost


@pytest.mark.parametrize("folder", ["eos", "tests", "benchmarks", ".ci"])
def test_lines_are_at_most_as_long_as_the_project_says(folder):
    longest = PYPROJECT["tool"]["ruff"]["line-length"]
    files = list((ROOT / folder).rglob("*.py"))
    assert files and longest == 120
    for file in files:
        lines = file.read_text(encoding="utf-8").splitlines()
        assert not [f"{file.name}:{i}" for i, line in enumerate(lines, start=1) if len(line) > longest]


# Notebooks


def load(path: Path) -> dict:
    """A notebook as stored, with each cell's source as one string."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = joined(cell["source"])
    return notebook


def joined(text: str | list[str]) -> str:
    """Text that a notebook may store as one string or as a list of lines."""
    return text if isinstance(text, str) else "".join(text)


def cells(notebook: dict, kind: str) -> list[dict]:
    """The "code" or "markdown" cells, in order."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def outputs(notebook: dict) -> list[dict]:
    """All outputs, in order."""
    return [output for cell in cells(notebook, "code") for output in cell["outputs"]]


def output_texts(notebook: dict) -> list[str]:
    """All that the outputs say, without the pictures' bytes."""
    texts = []
    for output in outputs(notebook):
        texts += [joined(output.get(key, "")) for key in ("text", "evalue", "traceback")]
        bundle = output.get("data", {}).items()
        texts += [joined(value) for mime, value in bundle if mime.startswith("text/")]
    return [EMBEDDED.sub("", text) for text in texts]


def prose(notebook: dict) -> list[str]:
    """The markdown cells without their blocks of code."""
    fence = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
    return [fence.sub("", cell["source"]) for cell in cells(notebook, "markdown")]


def headings(notebook: dict) -> list[tuple[int, str]]:
    """(level, text) of each heading, in order."""
    found = re.findall(
        r"^(#{1,6})(?!#)[ \t]*(.*?)[ \t#]*$", "\n\n".join(prose(notebook)), re.MULTILINE
    )
    return [(len(marks), text) for marks, text in found]


def code_lines(cell: dict) -> int:
    """How many lines of code a reader sees, blank ones aside."""
    return sum(bool(line.strip()) for line in cell["source"].splitlines())


def alt_texts(html: str) -> list[str]:
    """The alt text of each <img ...>; "" where it has none."""
    tags = re.findall(r"<img\b[^>]*>", html, re.IGNORECASE)
    found = [re.search(r"""\balt=(["'])(.*?)\1""", tag, re.DOTALL) for tag in tags]
    return [match[2].strip() if match else "" for match in found]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request) -> Path:
    """Each notebook's file."""
    return request.param


@pytest.fixture
def notebook(path) -> dict:
    """Each notebook."""
    return load(path)


def test_notebook_is_small(path):
    assert path.stat().st_size < 400_000


def test_notebook_has_no_widget_state(notebook):
    assert "widgets" not in notebook["metadata"]
    assert not [output for output in outputs(notebook) if WIDGET_VIEW in output.get("data", {})]


def test_notebook_is_executed_from_top_to_bottom(notebook):
    counts = [cell["execution_count"] for cell in cells(notebook, "code")]
    assert counts == list(range(1, len(counts) + 1)), "run .ci/execute_notebooks.py"


def test_notebook_shows_errors_only_where_they_are_meant(notebook):
    for cell in cells(notebook, "code"):
        if "raises-exception" not in cell["metadata"].get("tags", []):
            assert "error" not in [output["output_type"] for output in cell["outputs"]]


def test_notebook_has_nothing_on_stderr(notebook):
    assert "stderr" not in [output.get("name") for output in outputs(notebook)]


def test_notebook_names_no_machine(notebook):
    for text in [*output_texts(notebook), *(cell["source"] for cell in notebook["cells"])]:
        assert not MACHINE_PATH.search(text)
        assert str(ROOT) not in text


def test_notebook_cells_have_unique_ids(notebook):
    ids = [cell.get("id") for cell in notebook["cells"]]
    assert all(ids)
    assert len(set(ids)) == len(ids)


def test_notebook_has_one_title_in_its_first_cell(notebook):
    assert [level for level, _ in headings(notebook)].count(1) == 1
    first = notebook["cells"][0]
    assert first["cell_type"] == "markdown"
    assert headings({"cells": [first]})[0][0] == 1


def test_notebook_headings_skip_no_level(notebook):
    levels = [level for level, _ in headings(notebook)]
    for above, below in zip(levels, levels[1:], strict=False):
        assert below <= above + 1


def test_notebook_headings_are_neither_empty_nor_twice(notebook):
    texts = [text.casefold() for _, text in headings(notebook)]
    assert all(texts)
    assert len(set(texts)) == len(texts)


def test_notebook_code_cells_are_short(notebook):
    lengths = [code_lines(cell) for cell in cells(notebook, "code")]
    assert max(lengths) <= 15
    assert statistics.median(lengths) <= 4


def test_notebook_links_lead_somewhere(notebook):
    links = re.findall(r"\]\(([^)#\s]+)", "\n".join(prose(notebook)))
    assert not [link for link in links if "://" not in link and not (ROOT / "notebooks" / link).exists()]


def test_notebook_links_lead_to_headings_that_are_there(path, notebook):
    """An anchor in JupyterLab is the heading with hyphens for spaces."""
    for name, anchor in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", "\n".join(prose(notebook))):
        target = load(path.parent / name) if name else notebook
        assert anchor in {text.replace(" ", "-") for _, text in headings(target)}


def test_notebook_imports_in_its_first_code_cell_only(notebook):
    importing = [bool(IMPORT.search(cell["source"])) for cell in cells(notebook, "code")]
    assert importing == [True] + [False] * (len(importing) - 1)


def test_notebook_code_has_no_plumbing(notebook):
    for cell in cells(notebook, "code"):
        assert not PLUMBING.search(cell["source"])


def test_notebook_pictures_are_described(notebook):
    described = [
        alt for text in [*prose(notebook), *output_texts(notebook)] for alt in alt_texts(text)
    ]
    for alt in described:
        assert len(alt) >= 20
        assert not FILE_NAME.fullmatch(alt)
    for alt in re.findall(r"!\[(.*?)\]\(", "\n".join(prose(notebook)), re.DOTALL):
        assert alt.strip()
        assert not FILE_NAME.fullmatch(alt.strip())


def test_notebook_shows_no_picture_without_its_description(notebook):
    for output in outputs(notebook):
        if any(mime.startswith("image/") for mime in output.get("data", {})):
            assert alt_texts(joined(output["data"].get("text/html", "")))


def test_notebook_links_say_where_they_go(notebook):
    text = "\n".join([*prose(notebook), *output_texts(notebook)])
    links = re.findall(r"(?<!!)\[([^][]*)\]\(|<a\b[^>]*>(.*?)</a>", text, re.IGNORECASE | re.DOTALL)
    for link in map("".join, links):
        words = link.strip(" *_`.").casefold()
        assert words not in {"", "here", "click here", "this", "link", "this link"}


# The script that executes and cleans the notebooks


@pytest.fixture(scope="module")
def tool():
    """The module `.ci/execute_notebooks.py`."""
    file = ROOT / ".ci" / "execute_notebooks.py"
    spec = importlib.util.spec_from_file_location("execute_notebooks", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def png(pixels: np.ndarray) -> str:
    """Colours (height, width, 3 or 4), 0 to 255, as a PNG in base64."""
    stream = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(stream, format="PNG")
    return base64.b64encode(stream.getvalue()).decode("ascii")


def gradient() -> np.ndarray:
    """Smooth colours (90, 120, 3) below a white margin."""
    across, down = np.meshgrid(np.linspace(0, 1, 120), np.linspace(0, 1, 90))
    colours = np.stack([255 * across, 255 * down, 255 * across * down], axis=-1)
    colours[:20] = 255
    return colours


@pytest.fixture(scope="module")
def figure() -> str:
    """A figure as the notebooks draw them, many-coloured: a PNG in base64."""
    drawing = Figure(figsize=(4, 3))
    ax = drawing.add_subplot()
    ax.imshow(gradient() / 255)
    ax.plot(np.arange(120), 45 + 30 * np.sin(np.arange(120)), "o-", color="C1", label="iterates")
    ax.legend()
    stream = io.BytesIO()
    drawing.savefig(stream, format="png")
    return base64.b64encode(stream.getvalue()).decode("ascii")


def test_pictures_shrink_once_and_look_the_same(tool, figure):
    light = tool.shrink(figure)
    assert len(light) < len(figure) / 2
    assert np.abs(tool.pixels(light) - tool.pixels(figure)).max() <= 24
    assert tool.shrink(light) == light


def test_transparent_pictures_stay_as_they_are(tool):
    veil = np.concatenate([gradient(), np.full((90, 120, 1), 100.0)], axis=-1)
    assert tool.shrink(png(veil)) == png(veil)


def test_a_picture_changes_when_a_label_does_not_when_rounding_does(tool):
    picture = gradient()
    rounded, labelled = picture.copy(), picture.copy()
    rounded[40:44, 50] = picture[40:44, 50] + 3
    labelled[5:9, 10] = 0  # four dark pixels of 10,800: a digit in an axis label
    assert tool.same_picture(png(rounded), png(picture))
    assert not tool.same_picture(png(labelled), png(picture))
    assert not tool.same_picture(png(picture[1:]), png(picture))


def test_pictures_inside_html_shrink_too(tool, figure):
    img = '<img alt="a" src="data:image/png;base64,{}">'.format
    bundle = nbformat.from_dict(
        {"image/png": figure, "text/html": img(figure), "text/plain": figure}
    )
    light = tool.shrink(figure)
    expected = {"image/png": light, "text/html": img(light), "text/plain": figure}
    assert tool.map_pictures(bundle, tool.shrink) == expected


def test_cleaning_leaves_no_trace_of_the_run(tool):
    view = {WIDGET_VIEW: {"model_id": "a"}}
    error = nbformat.v4.new_output("error", ename="E", evalue="why", traceback=["/home/a/b.py"])
    cell = nbformat.v4.new_code_cell("f()", id="kept", outputs=[
        nbformat.v4.new_output("display_data", view),
        nbformat.v4.new_output("display_data", view | {"text/plain": "still"}),
        error,
    ])  # fmt: skip
    cell.metadata.execution = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
    notebook = nbformat.v4.new_notebook(cells=[cell])
    notebook.metadata.widgets = {"state": {}}
    notebook.metadata.language_info = {"name": "python", "version": "3.12.1"}
    tool.clean(notebook)
    assert notebook.metadata.keys() == {"kernelspec", "language_info"}
    assert notebook.metadata.language_info == {"name": "python"}
    assert (cell.id, cell.metadata) == ("kept", {})
    assert [output.get("data") for output in cell.outputs] == [{"text/plain": "still"}, None]
    assert cell.outputs[1].traceback == ["E: why"]


PICTURE = """
import base64, io, random
from IPython.display import HTML, display
from PIL import Image
image, stream = Image.new("L", (60, 40), 200), io.BytesIO()
image.putpixel((random.randrange(60), 3), 201)
image.save(stream, format="PNG")
data = base64.b64encode(stream.getvalue()).decode()
display(HTML(f'<img alt="grey, with a speck nobody sees" src="data:image/png;base64,{data}">'))
"""


def write(path: Path, *sources: str, tags: tuple[str, ...] = ()) -> bytes:
    """Write a notebook of code cells; return its bytes."""
    code = [nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)}) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=code), path)
    return path.read_bytes()


def test_executing_twice_changes_nothing(tool, tmp_path, capsys):
    file = tmp_path / "a.ipynb"
    write(file, "print(1 + 1)", PICTURE, "1 / 0", tags=("raises-exception",))
    assert tool.main([str(file)]) == 0
    first = file.read_bytes()
    assert tool.main([str(file)]) == 0
    assert file.read_bytes() == first
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()] == [
        "written",
        "unchanged",
    ]
    assert [cell["outputs"] != [] for cell in cells(load(file), "code")] == [True, True, True]


@pytest.mark.parametrize(
    ("source", "reason"),
    [("1 / 0", "ZeroDivisionError"), ("import sys; print('oh', file=sys.stderr)", "stderr")],
)
def test_a_failing_notebook_is_not_written(tool, tmp_path, capsys, source, reason):
    file = tmp_path / "a.ipynb"
    before = write(file, source)
    assert tool.main([str(file)]) == 1
    assert reason in capsys.readouterr().err
    assert file.read_bytes() == before
