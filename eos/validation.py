"""Checks at the door: bad input is a ValueError that names the parameter, the value and what would be right."""

from __future__ import annotations

import numpy as np


def positive(name: str, value, array: bool = False):
    """`value` as a positive finite float; with `array`, an array of them is welcome too."""
    try:
        numbers = np.asarray(value, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be a positive number, got {value!r}") from error
    wrong_shape = numbers.size == 0 or (numbers.ndim > 0 and not array)
    if wrong_shape or isinstance(value, bool | str) or not (np.isfinite(numbers) & (numbers > 0)).all():
        raise ValueError(
            f"{name} must be {'positive and finite' if array else 'one positive, finite number'}, got {value!r}"
        )
    return float(numbers) if numbers.ndim == 0 else numbers


def whole(name: str, value, least: int, most: int | None = None) -> int:
    """`value` as a whole number from `least` to `most`."""
    ends = f"of at least {least}" if most is None else f"from {least} to {most}"
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number {ends}, got {value!r}")
    if most is not None and value > most:
        raise ValueError(f"{name} must be a whole number {ends}, got {value!r}")
    return int(value)


def points(name: str, x, dim: int) -> np.ndarray:
    """`x` as a float64 array of shape `(..., dim)`; a plain number is a point when dim is 1."""
    try:
        array = np.asarray(x, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers of shape (..., {dim}), got {x!r}") from error
    if array.ndim == 0 and dim == 1:
        return array[None]
    if array.ndim == 0 or array.shape[-1] != dim:
        hint = f"; a batch of numbers is {name}[:, None]" if dim == 1 else ""
        raise ValueError(f"{name} has shape {array.shape}, but must have shape (..., {dim}){hint}")
    return array


def finite(name: str, array: np.ndarray) -> np.ndarray:
    """`array` itself, when it holds no NaN and no infinity."""
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got NaN or infinite numbers in {array!r}")
    return array
