"""Small data sets to train on: offline, and the same on every machine.

A fit needs inputs of shape (n, features) and targets. For the squared error these are numbers of
shape (n, outputs); for the cross-entropy they are class labels of shape (n,). Each call returns
fresh arrays that the caller may change.

The handwritten digits are E. Alpaydin and C. Kaynak (1998), "Optical Recognition of Handwritten
Digits", UCI Machine Learning Repository, https://doi.org/10.24432/C50P49, licence CC BY 4.0
(`eos/data/README.md` says more).
"""

from functools import lru_cache
from importlib import resources

import numpy as np

from eos.validation import labels as checked_labels
from eos.validation import room, shown, whole

__all__ = ["chebyshev", "chebyshev_sign", "digits", "one_hot"]

ROUNDING = 1e-12  # a point closer to zero than this is zero, but for rounding
MOST_SWINGS = 1_000_000  # the degree beyond which rounding would leave fewer than nine digits


def chebyshev(degree: int, n: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """A Chebyshev polynomial at n equispaced points: T_k(x) = cos(k arccos x), -1 <= x <= 1.

    Returns inputs (n, 1) and targets (n, 1). The higher the degree k >= 0, the more the target
    swings and the harder it is to fit. These are the toy data of Cohen et al. (2021), "Gradient
    Descent on Neural Networks Typically Occurs at the Edge of Stability". Raises ValueError if
    the degree is negative or above a million, where rounding takes its digits, or n < 2, or so large that it would
    not fit.
    """
    whole("degree", degree, 0, MOST_SWINGS)
    room(f"n is {shown(n)}", 2, whole("n", n, 2))
    inputs = np.linspace(-1.0, 1.0, n)[:, None]
    return inputs, np.cos(degree * np.arccos(inputs))


def chebyshev_sign(degree: int, n: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """The sign of a Chebyshev polynomial as two classes, for the cross-entropy.

    Returns inputs (n, 1) and labels (n,): 1 where T_k(x) >= 0, else 0. Points and errors are
    those of `chebyshev`.
    """
    inputs, targets = chebyshev(degree, n)
    zero = (degree % 2 == 1) & (np.abs(inputs) < ROUNDING)  # the one fraction at which a T_k is 0
    return inputs, ((targets >= 0) | zero)[:, 0].astype(np.int64)


def digits(n: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The first n of 1,797 handwritten digits of 8 x 8 pixels; all of them by default.

    Returns images (n, 64) and labels (n,), 0 to 9. The images are centred (their mean image is
    subtracted) and divided by one number, so that all their values together have standard
    deviation 1; both are taken over the n images returned. Raises ValueError unless
    2 <= n <= 1797: a single image, once centred, is blank. Source: Alpaydin and Kaynak (1998).
    """
    raw_images, raw_labels = _raw_digits()
    count = len(raw_images) if n is None else whole("n", n, 2, len(raw_images))
    images = raw_images[:count] / 16.0  # grey, 0 to 1
    images -= images.mean(axis=0)
    return images / images.std(), raw_labels[:count].astype(np.int64)


def one_hot(labels: np.ndarray, classes: int | None = None) -> np.ndarray:
    """Labels (n,) as targets (n, classes) for the squared error: 1 at the label, 0 elsewhere.

    By default there are as many classes as the largest label asks for, max(labels) + 1. Raises
    ValueError unless the labels are whole numbers, 0 <= label < classes, and all of it fits.
    """
    labels = checked_labels("labels", labels, classes=None if classes is None else whole("classes", classes, 1))
    classes = int(labels.max()) + 1 if classes is None else classes
    room(f"{len(labels)} labels in {shown(classes)} classes", len(labels), classes)
    targets = np.zeros((len(labels), classes))
    targets[np.arange(len(labels)), labels] = 1.0
    return targets


@lru_cache(maxsize=1)
def _raw_digits() -> tuple[np.ndarray, np.ndarray]:
    """The stored digits, read once: images (1797, 64), 0 to 16, and labels (1797,), as bytes."""
    file = resources.files("eos") / "data" / "digits.npz"
    with file.open("rb") as stream, np.load(stream) as stored:
        images, labels = stored["images"], stored["labels"]
    images.flags.writeable = labels.flags.writeable = False
    return images, labels
