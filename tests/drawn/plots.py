"""The pictures of `eos.pictures.plots`."""

import numpy as np
from found import NET, THETA
from matplotlib.collections import Collection
from own import tops, two_layers, walk
from panels import corners, spreads
from picture import Panel, Picture, data

from eos import GradientDescent, GradientFlow, HeavyBall, Quadratic, Valley, descend, sharpness_along
from eos.pictures import CURVE, EDGE, FLOW, ITERATES, MUTED, SHARPNESS, new_figure, plots

BOWL, XY = Quadratic([1.0, 4.0]), ((-2.5, 2.5), (-2.0, 2.0))
WALK = descend(BOWL, GradientDescent(0.3), (2.0, 1.5), 15)
WAY = walk(lambda x: np.array([1.0, 4.0]) * x, 0.3, (2.0, 1.5), 15)[0]
STEPS, ETA = np.arange(61), 0.5
TRAINED = descend(NET, GradientDescent(ETA), THETA, 60)
PLACES = walk(NET.gradient, ETA, THETA, 60)[0]
LOSS = np.array([np.mean((two_layers(NET, x, NET.inputs) - NET.targets[:, 0]) ** 2) / 2 for x in PLACES])
TOPS = tops(NET, PLACES)[:, 0]
PATH = sharpness_along(TRAINED)


def bowl(p):
    """Its height."""
    return p[..., 0] ** 2 / 2 + 2 * p[..., 1] ** 2


def one(plot, *arguments, projection=None, **more):
    """The panel that a `plot_*` fills."""
    ax = new_figure().add_subplot(projection=projection)
    assert plot(ax, *arguments, **more) is ax
    return Picture(ax.figure), Panel(ax, set())


def ends(panel, style):
    """A ring at the start, a star at the end."""
    panel.line("white", *WAY[:1].T, "o", style)
    panel.line("white", *WAY[-1:].T, "*", style)


def path(panel, style="None"):
    """The run, from a ring to a star."""
    panel.line(ITERATES, *WAY.T, "o")
    ends(panel, style)


def landscape_in_space(panel, runs):
    """The surface is the bowl's; runs lie a little above it."""
    (surface,) = panel.others(Collection)
    places = corners(surface)
    assert np.allclose(places[:, 2], bowl(places), atol=1e-9) and len(places) > 1000
    lift = 0.012 * bowl(np.array([2.5, 2.0]))
    for _ in runs:
        for line in list(panel.ax.lines):
            x, y, height = data(line).T
            assert np.allclose(height, bowl(np.stack([x, y], -1)) + lift, rtol=1e-9)
        path(panel, "-")


def plot_landscape():
    picture, panel = one(plots.plot_landscape, BOWL, *XY)
    panel = Panel(panel.ax, picture.known).named()
    spreads(panel, bowl, *XY)
    yield picture


def plot_surface():
    for runs in ((), (WALK,)):
        picture, panel = one(plots.plot_surface, BOWL, *XY, runs, projection="3d")
        landscape_in_space(Panel(panel.ax, picture.known), runs)
        yield picture


def plot_path():
    picture, panel = one(plots.plot_path, WALK)
    path(Panel(panel.ax, picture.known).named())
    yield picture


def loss(panel, title=""):
    panel.named(title, "step", "loss")
    assert panel.ax.get_yscale() == "log"
    panel.line(ITERATES, STEPS, LOSS, rel=1e-7)


def plot_loss():
    picture, panel = one(plots.plot_loss, TRAINED)
    loss(Panel(panel.ax, picture.known))
    yield picture


def sharp(panel, edge, symbol, label=None, title=""):
    panel.named(title, "step", "sharpness S")
    highest = max(TOPS.max(), edge if np.isfinite(edge) else 0)
    panel.frame(y=(0, 1.1 * highest))
    line = panel.line(SHARPNESS, STEPS, TOPS, rel=1e-5, label=label)
    if np.isfinite(edge):
        dashed = panel.level(EDGE, edge, label=symbol)
        panel.legend(({label: line} if label else {}) | {symbol: dashed})
    else:
        assert panel.ax.get_legend() is None


def plot_sharpness():
    for edge, symbol, label in ((4.0, "2/η", None), (1.0, "edge", "net"), (np.inf, "2/η", None)):
        picture, panel = one(plots.plot_sharpness, PATH, edge, symbol, label)
        sharp(Panel(panel.ax, picture.known), edge, symbol, label)
        yield picture


def landscape():
    picture = Picture(plots.landscape(BOWL, WALK, *XY, ("a", "b")))
    space, above = picture.panels()
    space.named("the landscape", "a", "b")
    assert space.ax.get_zlabel() == "loss"
    landscape_in_space(space, [WALK])
    above.named("the same, from above", "a", "b")
    spreads(above, bowl, *XY)
    path(above)
    yield picture


def history():
    rules = (GradientDescent(ETA), 2 / ETA), (HeavyBall(ETA, 0.5), 2 * 1.5 / ETA), (GradientFlow(ETA), np.inf)
    for rule, edge in rules:
        run = TRAINED.__class__(NET, rule, TRAINED.x, 1, None)
        picture = Picture(plots.history(run, PATH))
        left, right = picture.panels()
        loss(left, "loss")
        sharp(right, edge, rule.symbol, title="sharpness")
        yield picture


def sharpness_paths():
    names = "one", "two", "three", "four", "five"
    shifted = [PATH.__class__(PATH.steps, PATH.values + i, PATH.vectors) for i in range(5)]
    for edge in (1.0, 12.0):
        picture = Picture(plots.sharpness_paths(dict(zip(names, shifted, strict=True)), edge))
        (panel,) = picture.panels()
        panel.named("", "step", "sharpness S").frame(y=(0, 1.08 * max(edge, TOPS.max() + 4)))
        colors = SHARPNESS, FLOW, ITERATES, CURVE, MUTED
        styles = "-", "-.", ":", "--", "--"
        looks = {
            name: panel.line(color, STEPS, TOPS + i, style=style, label=name, rel=1e-5)
            for i, (name, color, style) in enumerate(zip(names, colors, styles, strict=True))
        }
        dashed = panel.level(EDGE, edge, label="2/η")
        first, *rest = looks
        panel.legend({first: looks[first], "2/η": dashed} | {name: looks[name] for name in rest})
        yield picture


def edge_shares():
    etas = np.array([0.2, 0.5])
    runs = descend(NET, GradientDescent(etas), THETA, 40)
    picture = Picture(plots.edge_shares(runs, sharpness_along(runs)))
    (panel,) = picture.panels()
    shares = [tops(NET, walk(NET.gradient, eta, THETA, 40)[0])[:, 0] * eta / 2 for eta in etas]
    panel.named("", "step", "sharpness / edge").frame(y=(0, 1.1 * np.max(shares)))
    dashed = {"2/η": panel.level(EDGE, 1, label="2/η")}
    names = "η = 0.2", "η = 0.5"
    lines = [
        panel.line(SHARPNESS, np.arange(41), share, mark, label=name, rel=1e-5)
        for share, mark, name in zip(shares, "os", names, strict=True)
    ]
    panel.legend(dashed | dict(zip(names, lines, strict=True)))
    yield picture


def bounce():
    valley = Valley()
    run, places = descend(valley, GradientDescent(0.2), (0.3, 4.2), 60), walk(valley.gradient, 0.2, (0.3, 4.2), 60)[0]
    picture = Picture(plots.bounce(run, sharpness_along(run), 5, 30))
    (panel,) = picture.panels()
    moves = np.diff(places[5:31], axis=0)
    top = np.array([np.linalg.eigh(valley.hessian(x))[1][:, -1] for x in places[5:30]])
    along = (moves * top).sum(-1)
    across = np.sqrt((moves * moves).sum(-1) - along**2)
    assert min(np.median(np.abs(along)), np.median(across)) > 1e-3, "both are to be seen"
    names = "along the top eigenvector", "all other directions (length)"
    (drawn,) = [line for line in panel.ax.lines if line.get_label() == names[0]]
    signs = np.sign(drawn.get_ydata()) * np.sign(along)  # an eigenvector has no sign, but it keeps the one it has
    assert set(np.unique(signs)) <= {-1, 1} and same_way(top, signs)
    panel.named("", "step", "move in one step").frame((4, 30), 1.25 * np.abs(along).max() * np.array([-1, 1]))
    first = panel.line(ITERATES, np.arange(5, 30), signs * along, "o", label=names[0], rel=1e-3, tiny=1e-6)
    second = panel.line(CURVE, np.arange(5, 30), across, "s", label=names[1], rel=1e-3, tiny=1e-6)
    panel.legend({names[0]: first, names[1]: second})
    yield picture


def same_way(vectors, signs) -> bool:
    """Whether each vector, so turned, follows the one before."""
    turned = vectors * signs[:, None]
    return bool(((turned[1:] * turned[:-1]).sum(-1) > 0).all())
