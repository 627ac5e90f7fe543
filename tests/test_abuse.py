"""Whatever is put in, the answer is an answer or a clear no: nothing warns, hangs, or leaves another state behind.

EOS_SETTINGS=10000 tries so many settings of the explorers in place of 300.
"""

import copy
import os
import traceback
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from inspect import Parameter, isclass, isfunction, signature
from pathlib import Path

import numpy as np
import pytest
from found import EXPLORERS, PATHS, RUNS
from hand import does
from hypothesis import given, settings
from hypothesis import strategies as st
from toy import toy

import eos
import eos.explorers
import eos.pictures
from eos import CentralFlow, FromFunctions, GradientDescent, MLPLoss, Quadratic, SoftAbs, chebyshev, descend
from eos.potentials import Potential
from eos.steppers import Stepper
from eos.widgets import Slider, ask
from eos.widgets.screen import Screen

SETTINGS = int(os.environ.get("EOS_SETTINGS", 300)) // len(EXPLORERS) + 1
SCREENS = {}
NET = MLPLoss(*chebyshev(3, 6), hidden=(2,))
BOWL, STEP = Quadratic([1.0, 2.0]), GradientDescent(0.1)
RUN = descend(BOWL, STEP, (1.0, 1.0), 6)
FLOW = descend(BOWL, CentralFlow(0.1), (1.0, 1.0), 3)


# ---- explorers, at any setting


def anywhere(slider):
    """Any number that the slider takes, its ends and its stops more often than others."""
    between = st.integers(slider.low, slider.high) if slider.integer else st.floats(slider.low, slider.high)
    return st.one_of(st.sampled_from((slider.low, slider.high)), st.sampled_from(slider.values), between)


@pytest.mark.parametrize("name", EXPLORERS)
def test_any_setting_of_an_explorer_is_drawn_and_said(name):
    explorer = EXPLORERS[name]
    screen = Screen(explorer.setup, explorer.size)
    fresh = screen.show(explorer.values())

    @settings(max_examples=SETTINGS, deadline=None)
    @given(st.fixed_dictionaries({slider.name: anywhere(slider) for slider in explorer.sliders}))
    def drawn(given):
        values = explorer.values(**given)
        reading = screen.show(values)
        assert 20 < len(reading) < 700 and "nan" not in reading and "inf" not in reading.replace("infin", "")
        assert np.ptp(screen.pixels[::7, ::7]) > 200 and explorer.parse(explorer.recipe(**values)) == values
        assert all(edge > 0 for edge in explorer.edge_values(**values).values())

    drawn()
    assert screen.show(explorer.values()) == fresh


# ---- recipes

HOSTILE = [
    "", " ", "\0", "(", ")" * 99, "x", "eta=1", "{}", "{}()", "{}(1)", "{}(*[1])", "{}(**dict(eta=1))", "{}(eta)",
    "{}(eta=)", "{}(eta=x)", "{}(eta='1')", "{}(eta=None)", "{}(eta=True)", "{}(eta=1j)", "{}(eta=[1])", "{}(eta=nan)",
    "{}(eta=1e999)", "{}(eta=-1e999)", "{}(eta=1e-999)", "{}(eta=1, eta=1)", "{}(eta=1)(2)", "{}(eta=1); {}(eta=1)",
    "{}(eta=1)\n{}(eta=2)", "{}(eta=lambda: 1)", "{}(eta=(y:=1))", "{}(eta=f'{{1}}')", "{}(eta=1 if 1 else 2)",
    "{}(eta=__import__('os').system('true'))", "__import__('os').system('true')", "eval('1')", "{}.__class__(eta=1)",
    "explorers.{}.panel(eta=1)", "eos.explorers.x.{}(eta=1)", "{}(__class__=1)", "{}(self=1)", "{}(name=1)",
    "{}(eta=" + "9" * 5000 + ")", "{}(eta=" + "(" * 300 + "1" + ")" * 300 + ")", "{}(eta=" + "-" * 3000 + "1)",
    "{}(eta=0x10)", "{}(eta=1_0)", "{}(eta=٣)", "{}(ｅｔａ=1)", "{}(eta=1#)", "#", "'", '"""', "await x",
    "lambda: 0", "{}(steps=1.5)", "{}(steps=" + "9" * 400 + ")", "{}(" + "a=1," * 3000 + ")", "\ud800",
    "{}(eta=\ud800)", "{}(eta=b'1')",
]  # fmt: skip


def refused(call, *arguments) -> bool:
    """Whether it is refused, and if so, clearly; anything but a ValueError is raised, unless it was put in."""
    try:
        call(*arguments)
    except ValueError as error:
        said = str(error)
        assert 15 < len(said) < 400 and "\n" not in said, said
        assert "eos" in Path(traceback.extract_tb(error.__traceback__)[-1].filename).parts, error
        return True
    except ZeroDivisionError as error:
        assert traceback.extract_tb(error.__traceback__)[-1].name == "<lambda>"
    return False


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_recipe_is_a_recipe_or_refused(name):
    explorer = EXPLORERS[name]
    right = explorer.recipe()
    for text in [hostile.replace("{}", name).replace("{{", "{") for hostile in HOSTILE]:
        assert refused(explorer.parse, text), text
    for text in (None, 1, b"x", [], right.encode(), {}, object()):
        assert refused(explorer.parse, text), text
    for cut in range(len(right)):
        refused(explorer.parse, right[:cut] + right[cut + 1 :])
        refused(explorer.parse, right[:cut] + "\N{GREEK SMALL LETTER ETA}" + right[cut:])
    assert explorer.parse(right) == explorer.values()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_recipe_or_refused(text):
    explorer = EXPLORERS["parabola"]
    refused(explorer.parse, text)
    refused(explorer.parse, f"parabola({text})")
    refused(explorer.parse, f"parabola(eta={text}, a=2, x0=3, steps=4)")


# ---- what a page says to a panel

THINGS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just([]), st.just({}),
    st.sampled_from([10**400, "eta", "preset escapes", "undo", [1], {"eta": 3}, {"axes": 0, "x": 0.5, "y": 0.5}]),
)  # fmt: skip
WORDS = st.sampled_from(
    ["turn", "touch", "hover", "press", "paste", "rest", "here", "eta", "x0", "steps", "axes", "x", "y", "gesture", "n"]
)
OPS = st.dictionaries(WORDS, st.one_of(THINGS, st.dictionaries(WORDS, THINGS, max_size=4)), max_size=2)


@pytest.fixture(scope="module")
def panels():
    """A panel, and a live one."""
    return toy().panel(), eos.explorers.training("chebyshev 4").panel(), ask("1a")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(OPS, THINGS), max_size=2), THINGS)
def test_a_message_of_garbage_is_refused_and_changes_nothing(panels, ops, number):
    for panel in panels:
        before = state(panel)
        panel_of = {"n": panel.seen + 1, "ops": ops}
        if (
            refused(panel._heard, None, panel_of, [])
            and len(ops) == 1
            and isinstance(ops[0], dict)
            and len(ops[0]) == 1
        ):
            assert state(panel) == before
        assert panel.seen == panel_of["n"], "the page waits for an answer to each"
        odd = {"n": number, "ops": ops}
        if not isinstance(number, int) or isinstance(number, bool):
            assert refused(panel._heard, None, odd, []) and refused(panel._heard, None, ops, [])


def state(panel):
    """What a reader would see changed."""
    return copy.deepcopy((getattr(panel, "values", None), getattr(panel, "told", None), panel.lecture, panel.shape))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_recipe_in_the_box_is_answered_in_words(panels, text):
    for panel in panels[:2]:
        before = state(panel)
        if text == "{}()" and panel.alive:
            continue  # a training that has not begun
        does(panel, {"paste": text.replace("{}", panel.explorer.name)})
        assert state(panel) == before and len(panel.words["fault"]) > 15


# ---- every public function, each of its parameters

BAD = [
    None, ..., True, np.True_, -1, 0, 10**400, -(10**400), 0.5, -0.0, 5e-324, 1e-310, 1e308, -1e308, float("nan"), 1j,
    float("inf"), -float("inf"), "", "1", "é", b"1", bytearray(b"1"), [], [[]], [[], [1]], (), {}, set(), {1}, {1: 2},
    object(), type, len, lambda: 0, lambda *_: 1 / 0, NotImplemented, range(0), range(3), iter([1, 2]), slice(1),
    memoryview(b"12"), Fraction(1, 3), Decimal("1e400"), Decimal("nan"), datetime(2026, 1, 1, tzinfo=UTC),
    np.datetime64("2026"), np.timedelta64(3), np.float16(6e4), np.longdouble("1e4000"), np.int8(-128), np.uint64(2**63),
    np.array(2.0), np.array([]), np.empty((0, 2)), np.empty((2, 0)), np.ones((1, 2, 1, 2)), np.full(2, np.nan),
    np.array([np.inf, 1.0]), np.full(2, 5e-324), np.full(2, 1e308), np.array([1, "a"]), np.array([None, 1], object),
    np.array([[1], [1, 2]], object), np.array([(1, 2.0)], "i4,f8"), np.ma.array([1.0, 2.0], mask=[0, 1]),
    np.ma.masked, [np.ma.masked, 1.0], np.broadcast_to(1.0, (2,)), np.arange(8.0)[::-4], np.array([1.0, 2.0], ">f8"),
    np.array([True, False]), np.array([1 + 1j, 2]), np.array(["2026", "2027"], "M8[Y]"), np.array([1, 2], "m8[s]"),
    np.array([2**63, 1], np.uint64), np.asfortranarray(np.ones((2, 2))), [1e400],
    SoftAbs, SoftAbs(), STEP, RUN, NET, Slider,
]  # fmt: skip
RIGHT = {
    "potential": BOWL, "x": (0.5, 0.5), "x0": (0.5, 0.5), "a": (0.5, 0.5), "b": (1.0, 0.5), "stepper": STEP, "eta": 0.1,
    "steps": 3, "every": 1, "k": 1, "trajectory": RUN, "run": RUN, "runs": RUNS, "paths": PATHS, "path": PATHS,
    "products": 5, "sizes": [1e-3, 1e-4], "degree": 3, "n": 5, "labels": [0, 1], "inputs": [0.0, 1.0],
    "targets": [0.5, 1.0], "value": np.cosh, "gradient": np.sinh, "scale": 2.0, "strength": 1.0, "edge": 1.0,
    "view": BOWL.at((0.5, 0.5)), "vectors": np.eye(2), "hidden": (2,), "classes": 2, "net": NET, "factors": 2,
    "theta": NET.init_xavier(0), "etas": [0.1, 0.2], "scene": "chebyshev 4", "name": "1a", "rows": [0, 1], "level": 0.5,
    "beta": 0.5, "seed": 0, "tol": 1e-6, "v": (1.0, 0.0), "w": (0.0, 1.0), "width": 3, "tilt": 0.1, "bend": -3.0,
    "most": 3, "count": 3, "batch": 2, "beta1": 0.5, "beta2": 0.5, "eps": 1e-8, "warm": 3, "size": 1, "flow": FLOW,
    "raw": PATHS, "divided": PATHS,
}  # fmt: skip
"""What is right for a parameter of this name; one that has no default and is not here fails the test."""
RECORDS = {"BatchSharpness", "Eigenpairs", "SharpnessPath", "Trajectory", "Convergence"}
"""Made by the library alone."""


def is_tried(thing) -> bool:
    """Whether a reader calls it."""
    abstract = isclass(thing) and (thing.__name__ in RECORDS or getattr(thing, "__abstractmethods__", ()))
    return (isclass(thing) or isfunction(thing)) and not abstract


PUBLIC = {name: getattr(eos, name) for name in eos.__all__ if is_tried(getattr(eos, name))}
MAKERS = {f"explorers.{name}": f for name, f in vars(eos.explorers).items() if isfunction(f) and name[0] != "_"}
TRIED = [
    (name, parameter)
    for name, thing in (PUBLIC | MAKERS).items()
    for parameter, how in signature(thing).parameters.items()
    if how.kind not in (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL)
]


def call_with(thing, **changed):
    """It with right arguments, but for these."""
    arguments = {}
    for name, how in signature(thing).parameters.items():
        if how.kind in (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL) or name in changed:
            continue
        if how.default is Parameter.empty:
            assert name in RIGHT, f"say in RIGHT what {name} of {thing.__name__} may be"
            arguments[name] = RIGHT[name]
    if "steps" in signature(thing).parameters and "steps" not in changed and thing is eos.explorers.sweep:
        arguments["steps"] = 80
    return thing(**arguments, **changed)


def used(answer):
    """What a reader does next, who got it."""
    if isinstance(answer, Stepper):
        descend(BOWL, answer, (0.5, 0.5), 1)
    elif isinstance(answer, Potential) and not isinstance(answer, FromFunctions):  # what those raise is the reader's
        x = np.full(answer.dim, 0.5)
        with np.errstate(all="ignore"):
            answer.value(x), answer.gradient(x), answer.hvp(x, x)


def thumb(bad):
    """What of an argument might be changed."""
    return (bad.tobytes(), bad.shape) if type(bad) is np.ndarray and bad.dtype != object else repr(bad)[:200]


@pytest.mark.parametrize(("name", "parameter"), TRIED, ids=[f"{name}-{parameter}" for name, parameter in TRIED])
def test_whatever_an_argument_is_the_answer_is_an_answer_or_a_clear_no(name, parameter):
    thing = (PUBLIC | MAKERS)[name]
    for bad in BAD:
        before = thumb(bad)
        refused(lambda bad=bad: used(call_with(thing, **{parameter: bad})))
        assert thumb(bad) == before, "an argument is not changed"
