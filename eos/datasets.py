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

from eos.validation import shown

ROUNDING = 1e-12  # a target closer to zero than this is zero, but for rounding


def chebyshev(degree: int, n: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """A Chebyshev polynomial at n equispaced points: T_k(x) = cos(k arccos x), -1 <= x <= 1.

    Returns inputs (n, 1) and targets (n, 1). The higher the degree k >= 0, the more the target
    swings and the harder it is to fit. These are the toy data of Cohen et al. (2021), "Gradient
    Descent on Neural Networks Typically Occurs at the Edge of Stability". Raises ValueError if
    the degree is negative or n < 2.
    """
    _require_whole("degree", degree, low=0)
    _require_whole("n", n, low=2)
    inputs = np.linspace(-1.0, 1.0, n)[:, None]
    return inputs, np.cos(degree * np.arccos(inputs))


def chebyshev_sign(degree: int, n: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """The sign of a Chebyshev polynomial as two classes, for the cross-entropy.

    Returns inputs (n, 1) and labels (n,): 1 where T_k(x) >= 0, else 0. Points and errors are
    those of `chebyshev`.
    """
    inputs, targets = chebyshev(degree, n)
    return inputs, (targets[:, 0] >= -ROUNDING).astype(np.int64)


def digits(n: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The first n of 1,797 handwritten digits of 8 x 8 pixels; all of them by default.

    Returns images (n, 64) and labels (n,), 0 to 9. The images are centred (their mean image is
    subtracted) and divided by one number, so that all their values together have standard
    deviation 1; both are taken over the n images returned. Raises ValueError unless
    2 <= n <= 1797: a single image, once centred, is blank. Source: Alpaydin and Kaynak (1998).
    """
    raw_images, raw_labels = _raw_digits()
    count = len(raw_images) if n is None else n
    _require_whole("n", count, low=2, high=len(raw_images))
    images = raw_images[:count] / 16.0  # grey, 0 to 1
    images -= images.mean(axis=0)
    return images / images.std(), raw_labels[:count].astype(np.int64)


def one_hot(labels: np.ndarray, classes: int | None = None) -> np.ndarray:
    """Labels (n,) as targets (n, classes) for the squared error: 1 at the label, 0 elsewhere.

    By default there are as many classes as the largest label asks for, max(labels) + 1. Raises
    ValueError unless the labels are whole numbers, 0 <= label < classes.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.size == 0:
        raise ValueError(f"labels must have shape (n,) with n >= 1, got shape {labels.shape}")
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"labels must be whole numbers, got {labels.dtype}")
    if classes is None:
        classes = int(labels.max()) + 1
    _require_whole("classes", classes, low=1)
    if labels.min() < 0 or labels.max() >= classes:
        found = f"{labels.min()} to {labels.max()}"
        raise ValueError(f"labels must be 0 to {classes - 1} for {classes} classes, got {found}")
    return np.eye(classes)[labels]


@lru_cache(maxsize=1)
def _raw_digits() -> tuple[np.ndarray, np.ndarray]:
    """The stored digits, read once: images (1797, 64), 0 to 16, and labels (1797,), as bytes."""
    file = resources.files("eos") / "data" / "digits.npz"
    with file.open("rb") as stream, np.load(stream) as stored:
        images, labels = stored["images"], stored["labels"]
    images.flags.writeable = labels.flags.writeable = False
    return images, labels


def _require_whole(name: str, value: int, low: int, high: int | None = None) -> None:
    """Raise ValueError unless value is a whole number, low <= value (<= high)."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < low or (high is not None and value > high):
        right = f">= {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"{name} must be a whole number {right}, got {shown(value)}")
