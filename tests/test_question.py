"""Questions: hands are counted, an answer is told on one press, and what answers stays folded away."""

import pytest
from hand import press, says
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from toy import toy

from eos import ask, covered, show
from eos.exercises import QUESTIONS, Question
from eos.widgets.vote import Vote


@pytest.fixture
def vote():
    return Vote(Question("ABC", "C"))


@pytest.fixture
def shell():
    """Where a cell runs: without one nothing is displayed."""
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_an_option_counts_hands(vote):
    for letter in "ABBC":
        press(vote, letter)
    assert [vote.buttons[letter]["text"] for letter in "ABC"] == ["A: 1", "B: 2", "C: 1"]
    assert "It is" not in says(vote, "reading")


def test_one_hand_is_a_reader_who_has_settled(vote):
    press(vote, "A")
    assert "Keep it in mind" in says(vote, "reading") and "It is" not in says(vote, "reading")


def test_the_answer_is_told_on_one_press(vote):
    press(vote, "Answer")
    assert "It is C. Why?" in says(vote, "reading")
    for letter in "CAC":
        press(vote, letter)
    press(vote, "Answer")
    assert "It is C. 2 of 3 hands said so." in says(vote, "reading")


def test_a_new_vote_forgets_the_last(vote):
    press(vote, "A")
    press(vote, "Answer")
    press(vote, "Start again")
    assert [vote.buttons[letter]["text"] for letter in "ABC"] == ["A", "B", "C"]
    assert says(vote, "reading") == ""


def test_a_saved_notebook_keeps_the_options_and_not_the_answer():
    name, question = next(iter(QUESTIONS.items()))
    bundle = ask(name)._repr_mimebundle_()
    assert all(letter in bundle["text/plain"] for letter in question.options)
    assert "It is" not in bundle["text/plain"] and "text/html" not in bundle


@pytest.mark.parametrize("name", ["9z", 1, None])
def test_an_unknown_question_is_refused(name):
    with pytest.raises(ValueError, match="name must be one of"):
        ask(name)


def test_every_question_has_its_right_answer_among_its_options():
    assert all(len(q.options) >= 2 and q.right in q.options and len(q.right) == 1 for q in QUESTIONS.values())


def test_what_is_covered_is_one_folded_output_with_its_lines_and_pictures(shell):
    still = toy().still(eta=0.75)
    with capture_output() as seen:
        with covered("Open me"):
            print("a < b")
            show(still)
    (output,) = seen.outputs
    html = output.data["text/html"]
    assert html.startswith("<details><summary>Open me</summary>") and html.endswith("</details>")
    assert "<pre>a &lt; b</pre>" in html and f'alt="{still.alt}"' in html and "<details open" not in html
    assert output.data["text/plain"] == f"a < b\n{still.alt}" and seen.stdout == ""


def test_an_error_under_a_cover_is_raised(shell):
    with pytest.raises(ZeroDivisionError):
        with covered():
            1 / 0  # noqa: B018
