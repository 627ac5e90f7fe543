"""The course as a reader goes through it: something to move at once, and no answer open before its question is settled.

What is tested are the stored notebooks: what a reader sees who has not run them, and after Run All too.
"""

import contextlib
import io
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from lessons import TELLS

from eos.exercises import EXERCISES, QUESTIONS

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted((ROOT / "notebooks").glob("0[1-9]_*.ipynb"))
LESSONS = CHAPTERS + sorted((ROOT / "notebooks").glob("appendix_*.ipynb"))
START = ROOT / "notebooks" / "00_start_here.ipynb"
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)

DETAILS = re.compile(r"<details>.*?</details>", re.DOTALL)
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
ASKED = re.compile(r'^ask\("(\w+)"\)', re.MULTILINE)
EXPLORER = re.compile(r"^(?:\w+ = )?explorers\.\w+\(", re.MULTILINE)
SETTLED = re.compile(r"\b(?:It is|The answer is|Answer:) \**[A-E]\b")


@dataclass(frozen=True)
class Cell:
    """Its source, the text of its outputs, and of both what stands open."""

    kind: str
    source: str
    said: str

    @property
    def folded(self) -> str:
        return "\n".join(DETAILS.findall(self.source) if self.kind == "markdown" else DETAILS.findall(self.said))

    @property
    def open(self) -> str:
        source = DETAILS.sub("", self.source) if self.kind == "markdown" else self.source
        return source + "\n" + DETAILS.sub("", self.said)


@cache
def cells(path: Path) -> list[Cell]:
    """The cells of a notebook. What is under a cover counts once, as HTML: its text stands for tests only."""
    stored = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = ["\n".join(map(said, cell.get("outputs", []))) for cell in stored]
    return [Cell(cell["cell_type"], joined(cell["source"]), text) for cell, text in zip(stored, texts, strict=True)]


def joined(text) -> str:
    return text if isinstance(text, str) else "".join(text)


def said(output: dict) -> str:
    data = output.get("data", {})
    html = re.sub(r"base64,[A-Za-z0-9+/=]+", "", joined(data.get("text/html", "")))
    plain = "" if "<details>" in html else joined(data.get("text/plain", ""))
    return "\n".join([joined(output.get("text", "")), html, plain])


def words(cells: list[Cell]) -> int:
    """Words of prose: no formulas, no code, no references."""
    text = "\n".join(cell.source for cell in cells if cell.kind == "markdown").split("\n## References")[0]
    for pattern in (r"```.*?```", r"\$\$.*?\$\$", r"\$[^$]*\$", r"`[^`]*`", r"<[^>]*>", r"\]\([^)]*\)"):
        text = re.sub(pattern, " x ", text, flags=re.DOTALL)
    return len(re.findall(r"[A-Za-zÀ-ž]{2,}|\b[aI]\b|\d[\d.,]*", text))


def places(path: Path) -> dict[str, tuple[int, int]]:
    """For each question asked in a notebook, the cells of the question and of the first cover after it."""
    found, all_of_it = {}, cells(path)
    for place, cell in enumerate(all_of_it):
        if asked := ASKED.search(cell.source):
            found[asked[1]] = place, next(i for i in range(place, len(all_of_it)) if all_of_it[i].folded)
    return found


@every_lesson
def test_something_moves_before_150_words(path):
    first = next(i for i, cell in enumerate(cells(path)) if cell.kind == "code" and EXPLORER.search(cell.source))
    assert words(cells(path)[:first]) < 150
    code = [cell for cell in cells(path)[: first + 1] if cell.kind == "code"]
    assert len(code) == 1, "the first explorer runs on its own: imports stand in its cell"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_lesson_is_neither_long_nor_thin(path):
    assert 900 <= words(cells(path)) <= 1500



@every_lesson
def test_its_minutes_are_those_of_the_readme_and_the_start_page(path):
    (minutes,) = re.findall(r"\*About (\d+) minutes", "\n".join(cell.source for cell in cells(path)))
    pages = (ROOT / "README.md").read_text(encoding="utf-8"), "\n".join(c.source for c in cells(START))
    for page in pages:
        assert re.search(rf"{path.name}\) \|[^|]*\| {minutes} \|", page)


@every_lesson
def test_nothing_is_folded_by_the_notebook(path):
    """JupyterLab opens a folded output when its cell runs, and shows the first line of a folded source."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        assert not {"collapsed", "jupyter"} & cell["metadata"].keys()


@every_lesson
def test_questions_are_asked_once_with_all_their_options(path):
    names = ASKED.findall("\n".join(cell.source for cell in cells(path) if cell.kind == "code"))
    assert len(set(names)) == len(names)
    for name, (place, _) in places(path).items():
        options = re.findall(r"\*\*([A-E])\.\*\*", cells(path)[place - 1].source)
        assert "".join(options) == QUESTIONS[name].options and QUESTIONS[name].right in options


def test_every_question_is_asked_and_has_its_tells():
    asked = [name for path in LESSONS for name in places(path)]
    assert sorted(asked) == sorted(QUESTIONS) == sorted(TELLS)


@every_lesson
def test_no_answer_stands_open_before_its_cover(path):
    for name, (_, cover) in places(path).items():
        shown = "\n".join([*(cell.open for cell in cells(path)[:cover]), DETAILS.sub("", cells(path)[cover].source)])
        answers = "\n".join(cell.folded for cell in cells(path)[cover : cover + 3])
        for tell in TELLS[name]:
            assert re.search(tell, answers), f"{name}: {tell!r} is not in the answer"
            assert not (found := re.search(f".{{0,60}}(?:{tell}).{{0,60}}", shown)), f"{name}: {found[0]!r} tells"


@every_lesson
def test_which_option_is_right_is_said_under_a_cover_only(path):
    for cell in cells(path):
        assert not SETTLED.search(cell.open)
    for name, (_, cover) in places(path).items():
        answer = SETTLED.search("\n".join(cell.folded for cell in cells(path)[cover : cover + 3]))
        assert answer and answer[0][-1] == QUESTIONS[name].right, f"{name}: the answer says another letter"


def test_the_right_option_is_not_always_at_the_same_place():
    assert all(sum(q.right == letter for q in QUESTIONS.values()) <= 0.5 * len(QUESTIONS) for letter in "ABCD")


@every_lesson
def test_explorers_start_at_their_first_step_while_a_question_is_open(path):
    for place, cover in places(path).values():
        for cell in cells(path)[place:cover]:
            assert not re.search(r"\.tell\(\)|\.still\(", cell.source) or cell.folded


@every_lesson
def test_solutions_are_right_and_each_exercise_has_one(path):
    code = [cell.source for cell in cells(path) if cell.kind == "code"]
    asked = re.findall(r'^check\("([\w.]+)"', "\n".join(code), re.MULTILINE)
    blocks = BLOCK.findall("\n".join(cell.folded for cell in cells(path) if cell.kind == "markdown"))
    imports = "\n".join(line for line in code[0].splitlines() if not EXPLORER.match(line))
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        for block in blocks:
            exec(f"{imports}\n{block}", {})  # each on its own: a reader may open any of them first
    assert re.findall(r"^([\w.]+): right\.", said.getvalue(), re.MULTILINE) == asked
    assert set(asked) <= set(EXERCISES)


def test_every_exercise_is_in_a_notebook():
    text = "\n".join(cell.source for path in LESSONS for cell in cells(path))
    assert set(re.findall(r'check\("([\w.]+)"', text)) == set(EXERCISES)
