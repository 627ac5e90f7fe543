"""Checks at the door: bad input is a ValueError that names the parameter, the value and what would be right."""

import math
from numbers import Real

import numpy as np

_FLOAT = np.dtype(float)
MOST_BYTES = 2**32
"""What one call may keep: half of a laptop's memory, all of a browser's. It may be set otherwise."""


def shown(value) -> str:
    """`value` in one short line."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 100 else f"{text[:97]}..."


def room(asked: str, *shape: int):
    """Refuse what was `asked` where floats of this shape, which are to be kept, would not fit."""
    size = 8 * math.prod(map(int, shape))
    if size > MOST_BYTES:
        said = f"{size:,}" if size < 10**18 else "10^18 and more"
        raise ValueError(f"{asked}: {said} bytes, more than the {MOST_BYTES:,} of eos.validation.MOST_BYTES")


def rows_that_fit(n: int) -> int:
    """As many vectors of n floats as may be kept."""
    return MOST_BYTES // (8 * n)


def instance(name: str, value, kind: type, example: str):
    """`value`, when it is one of `kind`: an instance, not the class."""
    if not isinstance(value, kind):
        raise ValueError(f"{name} must be {example}, got {shown(value)}")
    return value


def numbers(name: str, value, right: str = "numbers") -> np.ndarray:
    """`value` as a float64 array; text, booleans, complex numbers, None and masked entries are refused."""
    try:
        if _masked(value):
            raise TypeError
        given = np.asarray(value)
        if given.dtype.kind not in "iuf" and not (given.dtype.kind == "O" and all(map(is_number, given.flat))):
            raise TypeError
        with np.errstate(over="ignore"):
            return given.astype(float, copy=False)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} must be {right}, got {shown(value)}") from error


def _masked(value, depth: int = 3) -> bool:
    """Whether an entry of an array, or of arrays in a list, is masked: NumPy would take what stands below the mask."""
    if isinstance(value, list | tuple):
        return depth > 0 and any(_masked(part, depth - 1) for part in value)
    return isinstance(value, np.ma.MaskedArray) and bool(np.ma.is_masked(value))


def is_number(value) -> bool:
    """Whether it is one real number: neither a flag nor a length of time."""
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_ | np.timedelta64)


def positive(name: str, value, array: bool = False):
    """`value` as a positive finite float; with `array`, an array of them is welcome too."""
    right = "positive and finite" if array else "one positive, finite number"
    given = numbers(name, value, right)
    wrong_shape = given.size == 0 or (given.ndim > 0 and not array)
    if wrong_shape or not (np.isfinite(given) & (given > 0)).all():
        raise ValueError(f"{name} must be {right}, got {shown(value)}")
    return float(given) if given.ndim == 0 else given


def fraction(name: str, value) -> float:
    """`value` as a float in [0, 1)."""
    number = numbers(name, value, right := "a number in [0, 1)")
    if number.ndim or not 0 <= number < 1:
        raise ValueError(f"{name} must be {right}, got {shown(value)}")
    return float(number)


def one_number(name: str, value) -> float:
    """`value` as a finite float."""
    number = numbers(name, value, "one number")
    if number.ndim:
        raise ValueError(f"{name} must be one number, got {shown(value)}")
    return float(finite(name, number))


def whole(name: str, value, least: int, most: int | None = None) -> int:
    """`value` as a whole number from `least` to `most`."""
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool | np.timedelta64)
    if not is_whole or value < least or (most is not None and value > most):
        ends = f"of at least {shown(least)}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} must be a whole number {ends}, got {shown(value)}")
    return int(value)


def labels(name: str, value, count: int | None = None, classes: int | None = None, said: str = "classes") -> np.ndarray:
    """`value` as whole numbers of shape (count,), 0 to classes - 1; `said` is the name under which those were asked."""
    right = f"{'n' if count is None else count} integer labels"
    numbers(name, value, right)
    given = np.asarray(value)
    if given.ndim != 1 or given.size == 0 or given.dtype.kind not in "iu" or count not in (None, len(given)):
        raise ValueError(f"{name} must be {right}, got shape {given.shape}, {given.dtype}: {shown(value)}")
    low, high = int(given.min()), int(given.max())
    if low < 0 or high >= 2**63 or (classes is not None and high >= classes):
        most = "" if classes is None else f" to {classes - 1}, for {said}={classes}"
        raise ValueError(f"{name} must be labels from 0{most}, got {low} to {high}")
    return given.astype(int)


def sample_numbers(rows, count: int) -> np.ndarray:
    """`rows` as the numbers of some of `count` samples, shape (m,)."""
    right = f"whole numbers below {count}, shape (m,)"
    numbers("rows", rows, right)
    places = np.asarray(rows)
    if places.ndim == 1 and places.size and places.dtype.kind in "iu" and 0 <= places.min() <= places.max() < count:
        return places
    raise ValueError(f"rows must be {right}, got {shown(rows)}")


def generator(seed) -> np.random.Generator:
    """The random numbers of `seed`: a whole number of at least 0, or a Generator, which is used as it is."""
    if isinstance(seed, np.random.Generator):
        return seed
    try:
        return np.random.default_rng(whole("seed", seed, 0))
    except ValueError as error:
        raise ValueError(f"{error}; a NumPy Generator is right too") from None


def points(name: str, x, dim: int) -> np.ndarray:
    """`x` as a float64 array of shape `(..., dim)`; a plain number is a point when dim is 1."""
    if type(x) is np.ndarray and x.dtype is _FLOAT and x.ndim and x.shape[-1] == dim:
        return x
    array = numbers(name, x, f"numbers of shape (..., {dim})")
    if array.ndim == 0 and dim == 1:
        return array[None]
    if array.ndim == 0 or array.shape[-1] != dim:
        hint = f"; a batch of numbers is {name}[:, None]" if dim == 1 else ""
        raise ValueError(f"{name} has shape {array.shape}, but must have shape (..., {dim}){hint}")
    return array


def broadcast(name: str, shape: tuple, other: str, other_shape: tuple) -> tuple[int, ...]:
    """The shape that both broadcast to."""
    try:
        return np.broadcast_shapes(shape, other_shape)
    except ValueError as error:
        given = f"{name} has shape {shape} and {other} has shape {other_shape}"
        raise ValueError(f"{given}: they must broadcast") from error


def finite(name: str, array: np.ndarray) -> np.ndarray:
    """`array` itself, when it holds no NaN and no infinity."""
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got NaN or infinite numbers in {shown(array)}")
    return array
