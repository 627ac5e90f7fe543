"""The jobs of rivals.py in this library, and what all rivals share: the nets, the starts, the right answers."""

import numpy as np

from eos import GradientDescent, MLPLoss, chebyshev, descend, digits, exact, lanczos, one_hot, sharpness_along

EVERY = 5
"""Records between two readings in the jobs that do not read at every step."""


class Case:
    """A network with the step size, the number of steps and the start of its run, and a point where it hovers."""

    def __init__(self, net, eta: float, steps: int, known: bool = True):
        self.net, self.eta, self.steps, self.theta = net, eta, steps, net.init_torch(0)
        if not known:
            return
        run = descend(net, GradientDescent(eta), self.theta, steps)
        self.before, self.here = run.x[-6], run.x[-1]
        self.right = self.top(self.here, 5)

    def top(self, x, k: int) -> np.ndarray:
        """The k largest eigenvalues, to rounding: dense where that is quick."""
        values = exact(self.net, x, k) if self.net.dim < 600 else lanczos(self.net, x, k, tol=1e-11)
        return values.values

    def error(self, values) -> float:
        """The largest relative error of top eigenvalues at the point where it hovers."""
        values = np.sort(np.asarray(values))[::-1]
        return float(np.abs(values / self.right[: len(values)] - 1).max())

    def path_error(self, points, values) -> float:
        """The largest relative error of a path of sharpness, at forty of its points."""
        some = np.linspace(0, len(values) - 1, 40).astype(int)
        return max(abs(values[i] / self.top(points[i], 1)[0] - 1) for i in some)


def small(known: bool = True) -> Case:
    """A = [1-20-20-1] on 20 points; with `known` false without the answers, which take their time."""
    return Case(MLPLoss(*chebyshev(5, 20), hidden=(20, 20)), 0.2, 2000, known)


def cases() -> dict[str, Case]:
    """A, and C = [64-32-10] on 500 digits."""
    inputs, labels = digits(500)
    return {
        "A": small(),
        "C": Case(MLPLoss(inputs, one_hot(labels, 10), hidden=(32,)), 0.35, 400),
    }


def tracked(case: Case, every: int = 1, tol: float = 1e-6):
    """The losses of the whole run, its points, and the sharpness at every `every`-th of them."""
    run = descend(case.net, GradientDescent(case.eta), case.theta, case.steps)
    return run.loss, run.x[::every], sharpness_along(run, every=every, tol=tol).top


def jobs(case: Case) -> dict:
    """name -> (function, check): the function is timed, check(its answer) is a relative error."""
    net, stepper, x = case.net, GradientDescent(case.eta), case.here
    view, block = net.at(x), np.random.default_rng(0).standard_normal((5, net.dim))
    warm = lanczos(net, case.before, 6, tol=1e-6).vectors

    def arpack(k):
        from scipy.sparse.linalg import LinearOperator, eigsh  # here, for a cold process of ours needs none

        operator = LinearOperator((net.dim, net.dim), matvec=net.at(x).hvp, dtype=float)
        return eigsh(operator, k, which="LA", tol=1e-4, return_eigenvectors=False)

    def path(answer):
        return case.path_error(*answer[1:])

    return {
        "steps": (lambda: descend(net, stepper, case.theta, case.steps).loss, None),
        "product": (lambda: [view.hvp(block[0]) for _ in range(50)], None),
        "product alone": (lambda: [net.hvp(x + 1e-9 * i, block[0]) for i in range(50)], None),
        "five products": (lambda: [view.hvp(block) for _ in range(50)], None),
        "top 1": (lambda: lanczos(net, x).values, case.error),
        "top 5": (lambda: lanczos(net, x, 5).values, case.error),
        "top 1 warm": (lambda: lanczos(net, x, v0=warm[:3]).values, case.error),
        "top 5 warm": (lambda: lanczos(net, x, 5, v0=warm).values, case.error),
        "ARPACK, top 1": (lambda: arpack(1), case.error),
        "ARPACK, top 5": (lambda: arpack(5), case.error),
        "tracked": (lambda: tracked(case), path),
        "tracked, 1e-3": (lambda: tracked(case, tol=1e-3), path),
        "tracked, every 5th": (lambda: tracked(case, EVERY), path),
    }
