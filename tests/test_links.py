"""Links, badges and promises in the texts around the notebooks: what they name is there, and what they say is so."""

import json
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

from eos import explorers
from eos.exercises import QUESTIONS

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TEXTS = [ROOT / name for name in ("README.md", "CITATION.cff", "notebooks/README.md", ".ci/site/index.md")]
TEXTS += sorted((ROOT / ".github").rglob("*.md")) + sorted((ROOT / ".github").rglob("*.y*ml"))
INSTRUCTORS = (ROOT / "notebooks" / "README.md").read_text("utf-8")
HELD_BY = re.compile(r"(?:github\.com|gh)/([\w.-]+)/edge-of-stability|([\w-]+)\.github\.io/edge-of-stability")
OURS = re.compile(r"(?:blob/main/|/lab/tree/|=lab/tree/(?:edge-of-stability/)?)([\w/.-]+\.(?:ipynb|md))")
RECIPE = re.compile(r"`(\w+\([^`]*=[^`]*\))`")


def text_of(path: Path) -> str:
    """A text, or the markdown of a notebook."""
    text = path.read_text("utf-8")
    if path.suffix != ".ipynb":
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")


def every_text():
    return pytest.mark.parametrize("path", [*TEXTS, *NOTEBOOKS], ids=lambda path: str(path.relative_to(ROOT)))


@every_text()
def test_links_to_our_own_files_lead_somewhere(path):
    text = unquote(text_of(path))
    for name in OURS.findall(text):
        assert (ROOT / name).is_file(), f"{path.name} leads to {name}"
    if path.suffix == ".md" and path.name != "index.md":
        for link in re.findall(r"\]\(([^)#\s]+)", text):
            assert re.match(r"https?:|vscode:", link) or (path.parent / link).exists(), f"{path.name} leads to {link}"


def test_there_are_badges_and_all_name_one_holder():
    texts = [unquote(text_of(path)) for path in [*TEXTS, *NOTEBOOKS, ROOT / "pyproject.toml"]]
    assert len({"".join(found) for text in texts for found in HELD_BY.findall(text)}) == 1
    for text in map(text_of, [ROOT / "README.md", *NOTEBOOKS]):
        assert "mybinder.org" in text and "colab.research" in text and ".github.io/" in text


@pytest.mark.parametrize("path", NOTEBOOKS[1:], ids=lambda path: path.stem)
def test_each_notebook_leads_to_itself_in_other_places(path):
    (line,) = [line for line in text_of(path).splitlines() if line.startswith("**Elsewhere:**")]
    leads = re.findall(r"\]\((https:[^)]*)\)", line)
    places = ("github.io/edge-of-stability/lite/notebooks/index.html?path=", "/main?urlpath=lab/tree/notebooks/")
    for link, place in zip(leads, (*places, "edge-of-stability/blob/main/notebooks/"), strict=True):
        assert link.endswith(f"{place}{path.name}")
    assert "%pip install" in line and "@ git+https://github.com/" in line


def test_the_first_screen_of_the_readme_moves_and_needs_no_install():
    first = text_of(ROOT / "README.md")[:1200]
    assert ".github/live.gif" in first and ".github.io/edge-of-stability/" in first
    assert 10_000 < (ROOT / ".github" / "live.gif").stat().st_size < 2_000_000


def test_binder_and_hubs_install_what_the_notebooks_need():
    needed = {re.split("[>=]", entry)[0] for entry in project()["dependencies"]}
    assert needed == {"numpy", "matplotlib", "ipywidgets", "anywidget"}
    recipe = (ROOT / ".github" / "conda-recipe" / "recipe.yaml").read_text("utf-8")
    for entry in project()["dependencies"]:
        name, bound = entry.split(">=")
        assert re.search(rf"- {name}(-base)? >={re.escape(bound)}\n", recipe)


def test_workflows_use_what_cannot_be_moved():
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        for used in re.findall(r"uses: (.*)", path.read_text("utf-8")):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), f"{path.name}: {used}"


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def reading(recipe: str) -> str:
    """What the picture of a recipe says."""
    name = recipe.split("(")[0]
    if name == "training":
        return eval(recipe, {name: explorers.training}).still().alt
    explorer = getattr(explorers, name)()
    return explorer.still(**explorer.parse(recipe)).alt


PLAN = [row.split(" | ") for row in re.findall(r"^\| \d.*$", INSTRUCTORS, re.MULTILINE) if RECIPE.search(row)]


@pytest.mark.parametrize("row", [row for row in PLAN if len(row) == 4], ids=lambda row: row[0].strip("| "))
def test_the_room_sees_what_instructors_are_told(row):
    assert row[3].rstrip(" |") in reading(RECIPE.findall(row[2])[-1])


@pytest.mark.parametrize("recipe", sorted(set(RECIPE.findall(INSTRUCTORS)) - {'ask("1a")'}))
def test_a_recipe_for_instructors_is_one(recipe):
    assert reading(recipe)


def test_what_else_instructors_are_told():
    assert "secant curvature 1.0000" in reading("secant(eta=2, x0=0.5, steps=60)")
    assert len(set(re.findall(r"-?\d\.\d{3}", reading("long_run(eta=6, x0=0.5, steps=400)")))) == 4
    near, far = (reading(f"flattening(eta=2, x0={x}, steps=30)") for x in (0.5, 1.5))
    assert near.split("to ")[1] == far.split("to ")[1]


def test_instructors_have_every_answer():
    asked, answers = (
        [cell.strip() for cell in line.split("|")[2:-1]]
        for line in INSTRUCTORS.splitlines()
        if line.startswith(("| | 1a", "| answer"))
    )
    assert dict(zip(asked, answers, strict=True)) == {name: question.right for name, question in QUESTIONS.items()}
