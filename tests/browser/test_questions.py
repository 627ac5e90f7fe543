"""A question in JupyterLab: hands are counted, and what answers it stays folded after Run All."""

import pytest
from driver import poll, write_notebook

pytestmark = pytest.mark.browser
ASKS = """from eos import covered
from eos.exercises import Question
from eos.widgets.vote import Vote

Vote(Question("ABC", "B"))"""
COVERS = """from toy import toy
from eos import covered, show

with covered():
    print("six of them")
    show(toy().still())"""


@pytest.fixture(scope="module")
def page(lab, open_notebook):
    write_notebook(lab.folder / "question.ipynb", ASKS, COVERS)
    notebook = open_notebook("question.ipynb")
    notebook.run_all()
    notebook.page.wait_for_selector("details")
    return notebook.page


def test_hands_are_counted_by_mouse_and_by_key(page):
    page.get_by_role("button", name="A", exact=True).click()
    page.get_by_role("button", name="B", exact=True).focus()
    page.keyboard.press("Enter")
    for counted in ("A: 1", "B: 1"):
        page.get_by_role("button", name=counted).wait_for(timeout=3000)
    page.get_by_role("button", name="Answer").click()
    poll(lambda: "It is B. 1 of 2 hands" in page.get_by_role("status").first.inner_text(), 3, "the answer")


def test_what_answers_is_folded_until_it_is_opened(page):
    picture, line = page.locator("details img"), page.get_by_text("six of them", exact=True)
    assert not picture.is_visible() and not line.is_visible()
    page.locator("summary").click()
    poll(lambda: picture.is_visible() and line.is_visible(), 3, "what was covered")
