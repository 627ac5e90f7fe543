"""The data sets: the polynomials are Chebyshev's, the digits are all there and well scaled."""

from importlib import resources

import numpy as np
import pytest
from numpy.polynomial.chebyshev import Chebyshev

from eos.potentials import chebyshev, chebyshev_sign, digits, one_hot

COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]  # of each digit, 0 to 9, in the source


# Chebyshev


@pytest.mark.parametrize("degree", [0, 1, 2, 3, 4, 5, 12, 50])
def test_targets_are_the_chebyshev_polynomial(degree):
    inputs, targets = chebyshev(degree, n=33)
    assert inputs.shape == targets.shape == (33, 1)
    np.testing.assert_allclose(targets, Chebyshev.basis(degree)(inputs), rtol=0, atol=1e-12)


def test_points_are_equispaced_from_minus_one_to_one():
    inputs, _ = chebyshev(4)
    assert inputs.shape == (20, 1)
    assert (inputs[0, 0], inputs[-1, 0]) == (-1.0, 1.0)
    np.testing.assert_allclose(np.diff(inputs[:, 0]), 2 / 19, rtol=1e-13)


@pytest.mark.parametrize("degree", range(1, 8))
def test_a_degree_k_target_changes_sign_k_times(degree):
    _, labels = chebyshev_sign(degree, n=200)
    assert set(labels) == {0, 1}
    assert np.count_nonzero(np.diff(labels)) == degree


@pytest.mark.parametrize("degree", [1, 3, 5, 7])
@pytest.mark.parametrize("n", [3, 21, 99])
def test_a_zero_of_the_target_counts_as_class_one(degree, n):
    inputs, labels = chebyshev_sign(degree, n)
    middle = n // 2
    assert abs(inputs[middle, 0]) < 1e-15
    assert labels[middle] == 1


def test_the_constant_target_has_one_class():
    _, labels = chebyshev_sign(0, n=5)
    assert labels.tolist() == [1, 1, 1, 1, 1]


def test_an_odd_polynomial_is_zero_in_the_middle_and_its_label_one():
    for degree in range(1, 40_003, 2):
        inputs, labels = chebyshev_sign(degree, n=5)
        assert inputs[2, 0] == 0 and labels[2] == 1
        assert (labels[3:] == 1 - labels[1::-1]).all(), "odd"


def test_the_largest_degree_keeps_nine_digits():
    degree = 999_999
    inputs, targets = chebyshev(degree, n=3)
    assert targets[:, 0] == pytest.approx([-1, 0, 1], abs=1e-9)
    with pytest.raises(ValueError, match="degree"):
        chebyshev(10**6 + 1)


@pytest.mark.parametrize("make", [chebyshev, chebyshev_sign])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"degree": -1}, "degree must be a whole number from 0 to 1000000, got -1"),
        ({"degree": 2.5}, "degree must be a whole number from 0 to 1000000, got 2.5"),
        ({"degree": "4"}, "degree must be a whole number from 0 to 1000000, got '4'"),
        ({"degree": True}, "degree must be a whole number from 0 to 1000000, got True"),
        ({"degree": 4, "n": 1}, "n must be a whole number of at least 2, got 1"),
        ({"degree": 4, "n": 20.0}, "n must be a whole number of at least 2, got 20.0"),
    ],
)
def test_wrong_chebyshev_arguments_are_explained(make, arguments, message):
    with pytest.raises(ValueError, match=message):
        make(**arguments)


# Digits


def test_all_digits_are_there():
    images, labels = digits()
    assert images.shape == (1797, 64)
    assert labels.shape == (1797,)
    assert np.bincount(labels).tolist() == COUNTS


@pytest.mark.parametrize("n", [2, 200, 500, None])
def test_digits_are_centred_and_have_deviation_one(n):
    images, _ = digits(n)
    np.testing.assert_allclose(images.mean(axis=0), 0, atol=1e-13)
    assert images.std() == pytest.approx(1, abs=1e-13)


def test_the_first_digits_count_from_zero_to_nine():
    _, labels = digits(20)
    assert labels.tolist() == [*range(10), *range(10)]


def test_the_stored_pixels_are_those_of_the_source():
    with np.load(resources.files("eos") / "data" / "digits.npz") as stored:
        pixels = stored["images"]
    assert pixels.dtype == np.uint8
    assert (pixels.min(), pixels.max(), pixels.sum()) == (0, 16, 561_718)


def test_the_mean_zero_has_a_hole_where_the_mean_one_has_ink():
    images, labels = digits()
    zero, one = (images[labels == digit].mean(axis=0).reshape(8, 8) for digit in (0, 1))
    assert zero[3:5, 3:5].max() < -0.5 < 0.5 < one[3:5, 3:5].min()


@pytest.mark.parametrize("n", [1, 0, -3, 1798, 2.0, True])
def test_a_wrong_number_of_digits_is_explained(n):
    with pytest.raises(ValueError, match=f"n must be a whole number from 2 to 1797, got {n}"):
        digits(n)


def test_the_digits_file_is_small_and_names_its_licence():
    folder = resources.files("eos") / "data"
    assert len((folder / "digits.npz").read_bytes()) <= 150_000
    assert "Creative Commons Attribution 4.0" in (folder / "README.md").read_text(encoding="utf-8")


# Targets


def test_one_hot_puts_a_one_at_the_label():
    assert one_hot([2, 0, 1]).tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert one_hot([0, 1], classes=3).tolist() == [[1, 0, 0], [0, 1, 0]]


def test_one_hot_digits_give_their_labels_back():
    _, labels = digits(200)
    targets = one_hot(labels)
    assert targets.shape == (200, 10)
    np.testing.assert_array_equal(targets.sum(axis=1), 1)
    np.testing.assert_array_equal(targets.argmax(axis=1), labels)


@pytest.mark.parametrize(
    ("labels", "classes", "message"),
    [
        ([0, 3], 3, "labels must be labels from 0 to 2, for classes=3, got 0 to 3"),
        ([-1, 1], None, "labels must be labels from 0, got -1 to 1"),
        ([0.0, 1.0], None, "labels must be n integer labels, got shape .2,., float64"),
        ([[0, 1]], None, r"labels must be n integer labels, got shape \(1, 2\)"),
        ([], None, r"labels must be n integer labels, got shape \(0,\)"),
        ([0, 1], 2.0, "classes must be a whole number of at least 1, got 2.0"),
        ([0, 0], 0, "classes must be a whole number of at least 1, got 0"),
    ],
)
def test_wrong_labels_are_explained(labels, classes, message):
    with pytest.raises(ValueError, match=message):
        one_hot(labels, classes)


# All of them


MAKERS = {
    "chebyshev": lambda: chebyshev(5),
    "chebyshev_sign": lambda: chebyshev_sign(5),
    "digits": digits,
    "some digits": lambda: digits(50),
    "one_hot": lambda: (one_hot([0, 1, 2]),),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_numbers_are_float64_and_labels_int64(make):
    for array in make():
        assert array.dtype == (np.int64 if array.ndim == 1 else np.float64)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_changing_a_data_set_does_not_change_the_next(make):
    before = [array.copy() for array in make()]
    for array in make():
        array[...] = 7
    for array, expected in zip(make(), before, strict=True):
        np.testing.assert_array_equal(array, expected)
