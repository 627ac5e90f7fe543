"""The jobs of rivals.py in eager PyTorch, and in the packages that find Hessian eigenvalues with it."""

import warnings

import numpy as np
import torch
from scipy.sparse.linalg import LinearOperator, eigsh

warnings.simplefilter("ignore")
torch.set_default_dtype(torch.float64)
READINGS = 10
"""Tracked runs are measured on so many readings and scaled."""


def model_at(case, theta):
    """The network as a torch.nn.Sequential that stands at theta."""
    parts, layers = case.net.unpack(theta), []
    for i, (weights, bias) in enumerate(parts):
        linear = torch.nn.Linear(weights.shape[1], weights.shape[0])
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(weights)), linear.bias.copy_(torch.tensor(bias))
        layers += [linear] + [torch.nn.Tanh()] * (i < len(parts) - 1)
    return torch.nn.Sequential(*layers)


def criterion(scores, targets):
    """(1 / 2n) sum |z - y|^2."""
    return 0.5 * torch.square(scores - targets).sum() / len(targets)


def jobs(case) -> dict:
    """As in rivals_ours. What is not installed is left out."""
    x, y = torch.tensor(case.net.inputs), torch.tensor(case.net.targets)
    model, n = model_at(case, case.here), case.net.dim
    theta = list(model.parameters())
    vectors = torch.tensor(np.random.default_rng(0).standard_normal((5, n)))

    def flat(parts):
        return torch.cat([part.reshape(-1) for part in parts])

    def gradient(graph):
        return flat(torch.autograd.grad(criterion(model(x), y), theta, create_graph=graph))

    kept = gradient(True)

    def product(v, slope=None):
        slope = gradient(True) if slope is None else slope
        return flat(torch.autograd.grad(slope @ v, theta, retain_graph=True))

    def published(v):
        """The product of the published edge-of-stability code (2021): a data loader, double backward, each time."""
        loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=1000, shuffle=False)
        total = torch.zeros(n)
        for inputs, targets in loader:
            loss = 0.5 * torch.square(model(inputs) - targets).sum() / len(x)
            slope = flat(torch.autograd.grad(loss, theta, create_graph=True))
            total += flat(torch.autograd.grad(slope @ v, theta))
        return total

    def arpack(k, product, **options):
        operator = LinearOperator((n, n), matvec=lambda v: product(torch.tensor(v).reshape(-1)).numpy(), dtype=float)
        return eigsh(operator, k, return_eigenvectors=False, **options)

    def steps(count=case.steps):
        run = model_at(case, case.theta)
        optimizer = torch.optim.SGD(run.parameters(), lr=case.eta)
        for _ in range(count):
            optimizer.zero_grad()
            loss = criterion(run(x), y)
            loss.backward()
            optimizer.step()
            loss.item()

    made = {
        "steps": (steps, None),
        "product": (lambda: [product(vectors[0], kept) for _ in range(50)], None),
        "five products": (lambda: [[product(v, kept) for v in vectors] for _ in range(50)], None),
    }
    for k in (1, 5):
        made[f"top {k}"] = (lambda k=k: arpack(k, product, which="LA", tol=1e-4), case.error)
        made[f"published routine, top {k}"] = (lambda k=k: arpack(k, published), case.error)
    made |= packages(case, model, x, y)
    readings = {"tracked": "top 1", "published routine, tracked": "published routine, top 1"}
    for job, once in readings.items():
        made[job] = (lambda once=once: [made[once][0]() for _ in range(READINGS)], None)
    return made


def first_run(case):
    """A tracked run of a process that has just begun: eigsh at each step of plain gradient descent."""
    x, y, model = torch.tensor(case.net.inputs), torch.tensor(case.net.targets), model_at(case, case.theta)
    theta, n = list(model.parameters()), case.net.dim
    for _ in range(case.steps + 1):
        loss = criterion(model(x), y)
        slopes = torch.autograd.grad(loss, theta, create_graph=True)
        slope = torch.cat([part.reshape(-1) for part in slopes])

        def product(v, slope=slope):
            parts = torch.autograd.grad(slope @ torch.tensor(v).reshape(-1), theta, retain_graph=True)
            return torch.cat([part.reshape(-1) for part in parts]).numpy()

        operator = LinearOperator((n, n), matvec=product, dtype=float)
        eigsh(operator, 1, which="LA", tol=1e-4, return_eigenvectors=False), loss.item()
        with torch.no_grad():
            for part, step in zip(theta, slopes, strict=True):
                part.sub_(step, alpha=case.eta)


def packages(case, model, x, y) -> dict:
    """The three packages: with their defaults, and set to reach 1e-6 where they can."""
    made, batch = {}, [(x, y)]
    try:
        from hessian_eigenthings import HessianOperator, lanczos

        operator = HessianOperator(model, batch, lambda model, batch: criterion(model(batch[0]), batch[1]))

        def things(k, **options):
            return lanczos(operator, k=k, which="LA", **options).eigenvalues.numpy()

        steps = 30 if case.net.dim < 600 else 80
        made["hessian-eigenthings, default, top 1"] = (lambda: things(1), case.error)
        made["hessian-eigenthings, top 1"] = (lambda: things(1, max_iter=steps, tol=1e-8), case.error)
        made["hessian-eigenthings, top 5"] = (lambda: things(5, max_iter=steps, tol=1e-8), case.error)
    except ImportError:
        pass
    try:
        from curvlinops import HessianLinearOperator

        def operator_of(k):
            operator = HessianLinearOperator(model, criterion_mean(), list(model.parameters()), batch)
            scipy = operator.to_scipy(dtype=np.float64)
            return 0.5 * case.net.targets.shape[1] * eigsh(scipy, k, which="LA", tol=1e-4, return_eigenvectors=False)

        made["curvlinops, top 1"] = (lambda: operator_of(1), case.error)
        made["curvlinops, top 5"] = (lambda: operator_of(5), case.error)
    except ImportError:
        pass
    try:
        from pyhessian import hessian

        def py(k, **options):
            return hessian(model, criterion, data=(x, y), cuda=False).eigenvalues(top_n=k, **options)[0]

        made["PyHessian, default, top 1"] = (lambda: py(1), case.error)
        made["PyHessian, top 1"] = (lambda: py(1, maxIter=2000, tol=1e-9), case.error)
    except ImportError:
        pass
    return made


def criterion_mean():
    """The loss that curvlinops knows: the mean over all outputs, 2 / outputs of ours."""
    return torch.nn.MSELoss(reduction="mean")
