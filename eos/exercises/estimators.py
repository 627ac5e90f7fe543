"""The appendix: how the sharpness is found without the Hessian."""

import numpy as np

from eos.exercises.exercise import Exercise, Question, close
from eos.potentials import Quadratic


def _is_shifted_power_iteration(answer) -> bool:
    """Whether answer(hvp, v, c) is the largest eigenvalue, for spectra of which two are traps, thanks to the shift.

    Each vector that it multiplies must be, but for its length, the last one or H + c times it.
    """

    def found(spectrum, c):
        asked, strayed = [], []

        def hvp(v):
            v = np.array(v, dtype=float)
            before, again = (asked[-1], np.array(spectrum) * asked[-1] + c * asked[-1]) if asked else (v, v)
            asked.append(v)
            strayed.append(not (_alike(v, before) or _alike(v, again)))
            return np.array(spectrum) * v

        value = float(answer(hvp, np.array([0.5, 0.6, 0.4]), c))
        return np.nan if any(strayed) else value

    spectra = (-5.0, 3.0, 1.0), (4.0, 1.0, 0.0), (-4.5, -1.0, 2.0), (-1.0, -3.0, -2.0)
    right = all(abs(found(values, c) - max(values)) < 2e-3 for values in spectra for c in (6.0, 8.0))
    traps = spectra[0], spectra[2]  # with no shift it falls into them
    return right and all(abs(abs(found(values, 0.0)) - abs(min(values))) < 2e-3 for values in traps)


def _alike(v: np.ndarray, w: np.ndarray) -> bool:
    """Whether two vectors lie on one line."""
    return abs(v @ w) > (1 - 1e-9) * np.linalg.norm(v) * np.linalg.norm(w)


def _is_a_hidden_trap(answer) -> bool:
    """Whether every axis curves upwards, and yet the eigenvalue largest in size is negative."""
    if not isinstance(answer, Quadratic):
        raise TypeError("the answer must be a Quadratic")
    hessian = answer.hessian(np.zeros(answer.dim))
    values = np.linalg.eigvalsh(hessian)
    return bool((hessian.diagonal() > 0).all() and -values[0] > values[-1] * (1 + 1e-9))


EXERCISES = {
    "A.1": Exercise(
        close(0.125),
        "0.5^2 / (10 - 8): a quarter of the residual.",
        "The estimate lies above the second eigenvalue, so the bound with the square holds.",
    ),
    "A.2": Exercise(
        _is_shifted_power_iteration,
        "The shift moves every eigenvalue up by c, so that the largest is also the largest in size.",
        "Multiply by H + c instead of H, some 200 times, and divide by the length. What you return belongs to H alone.",
    ),
    "A.3": Exercise(
        _is_a_hidden_trap,
        "The axes see only the diagonal; what is between them is in the other entries.",
        "Two coordinates are too few. With three, the entries off the diagonal may all be alike.",
    ),
}

QUESTIONS = {"Aa": Question("ABCD", "D"), "Ab": Question("ABC", "B")}
