"""The notebooks' exercises and questions, a file for each notebook.

`check("1.1", answer)` prints at once whether an answer is right, or else a hint. A file that defines `EXERCISES` or
`QUESTIONS` is found.
"""

import numpy as np

from eos.exercises.exercise import Exercise, Question
from eos.faces import constants_of
from eos.validation import shown

__all__ = ["EXERCISES", "QUESTIONS", "Exercise", "Question", "check"]

EXERCISES: dict[str, Exercise] = constants_of(__name__, __path__, "EXERCISES")
QUESTIONS: dict[str, Question] = constants_of(__name__, __path__, "QUESTIONS")


def check(name: str, answer) -> None:
    """Print whether `answer` solves exercise `name`; an answer still `...` prints that it is the reader's turn.

    Raises ValueError for an unknown exercise. An answer that breaks the check is told so, not raised.
    """
    if not isinstance(name, str) or name not in EXERCISES:
        raise ValueError(f"name must be one of {', '.join(sorted(EXERCISES))}; got {shown(name)}")
    exercise = EXERCISES[name]
    if answer is ...:
        print(f"{name}: your turn. Put your answer in the place of the three dots.")
        return
    try:
        with np.errstate(all="ignore"):
            solved = bool(exercise.right(answer))
    except Exception as error:
        print(f"{name}: this could not be checked ({type(error).__name__}: {error}). Hint: {exercise.hint}")
        return
    print(f"{name}: right. {exercise.because}" if solved else f"{name}: not yet. Hint: {exercise.hint}")
