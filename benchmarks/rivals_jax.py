"""The jobs of rivals.py in JAX: all that can be is inside one jit, as its documentation advises."""

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
KRYLOV = {"A": 8, "C": 40}
"""Lanczos steps of a cold start: about the fewest that reach 1e-6. A warm one takes six, without error control."""


def functions(case):
    """The loss with its gradient, a Hessian-vector product, and the top two Ritz pairs after m Lanczos steps."""
    x, y, layers = jnp.asarray(case.net.inputs), jnp.asarray(case.net.targets), case.net.layout.layers

    def loss(theta):
        a = x
        for i, m in enumerate(layers):
            middle = m.start + m.out * m.inp
            a = a @ theta[m.start : middle].reshape(m.out, m.inp).T + theta[middle : m.stop]
            a = jnp.tanh(a) if i < len(layers) - 1 else a
        return 0.5 * jnp.sum((a - y) ** 2) / len(x)

    def hvp(theta, v):
        return jax.jvp(jax.grad(loss), (theta,), (v,))[1]

    def lanczos(theta, start, m):
        def body(j, carry):
            basis, alphas, betas, q = carry
            basis = basis.at[j].set(q)
            w = hvp(theta, q)
            alphas = alphas.at[j].set(q @ w)
            for _ in range(2):
                w = w - (basis @ w) @ basis
            size = jnp.linalg.norm(w)
            return basis, alphas, betas.at[j].set(size), w / jnp.maximum(size, 1e-300)

        zeros = jnp.zeros((m, theta.size)), jnp.zeros(m), jnp.zeros(m), start / jnp.linalg.norm(start)
        basis, alphas, betas, _ = jax.lax.fori_loop(0, m, body, zeros)
        values, weights = jnp.linalg.eigh(jnp.diag(alphas) + jnp.diag(betas[:-1], 1) + jnp.diag(betas[:-1], -1))
        return values, weights[:, -2:].T @ basis

    return jax.value_and_grad(loss), hvp, lanczos


def tracked(case, every=1):
    """A function of theta, two directions and noise: the whole run, six warm Lanczos steps at every `every`-th."""
    slope, _, lanczos = functions(case)

    def outer(carry, noise):
        theta, second, first = carry
        values, (second, first) = lanczos(theta, first + 0.7 * second + 0.01 * noise, 6)
        end, losses = jax.lax.scan(inner, theta, None, length=every)
        return (end, second, first), (theta, losses, values[-1])

    def inner(theta, _):
        loss, gradient = slope(theta)
        return theta - case.eta * gradient, loss

    return jax.jit(lambda theta, v, noise: jax.lax.scan(outer, (theta, *v), noise)[1])


def first_run(case):
    """A tracked run of a process that has just begun."""
    noise = np.random.default_rng(0).standard_normal((case.steps, case.net.dim)) / np.sqrt(case.net.dim)
    jax.block_until_ready(tracked(case)(jnp.asarray(case.theta), jnp.asarray(noise[:2]), noise))


def jobs(case, name) -> dict:
    """As in rivals_ours; compiled before the first call that is timed."""
    slope, hvp, lanczos = functions(case)
    theta, x, rng = jnp.asarray(case.theta), jnp.asarray(case.here), np.random.default_rng(0)
    noise = rng.standard_normal((case.steps, theta.size)) / np.sqrt(theta.size)
    v, block = jnp.asarray(noise[:2]), jnp.asarray(noise[:5])
    one, five = jax.jit(hvp), jax.jit(jax.vmap(hvp, (None, 0)))
    step = jax.jit(lambda theta: (slope(theta)[0], theta - case.eta * slope(theta)[1]))
    scan = jax.jit(lambda t: jax.lax.scan(lambda t, _: step(t)[::-1], t, None, length=case.steps)[1])
    cold = jax.jit(lambda x: lanczos(x, v[0], KRYLOV[name])[0][-5:])
    runs = {every: tracked(case, every) for every in (1, 5)}

    def by_hand():
        t = theta
        for _ in range(case.steps):
            loss, t = step(t)
            float(loss)

    def path(answer):
        return case.path_error(np.asarray(answer[0]), np.asarray(answer[2]))

    def run(every):
        return runs[every](theta, v, noise[::every])

    made = {
        "steps": (lambda: scan(theta), None),
        "steps, one call each": (by_hand, None),
        "product": (lambda: [one(x, v[0]).block_until_ready() for _ in range(50)], None),
        "five products": (lambda: [five(x, block).block_until_ready() for _ in range(50)], None),
        "top 1": (lambda: cold(x)[-1:], case.error),
        "top 5": (lambda: cold(x), case.error),
        "tracked": (lambda: run(1), path),
        "tracked, every 5th": (lambda: run(5), path),
    }

    def ready(function):
        return lambda: jax.block_until_ready(function())

    return {job: (ready(function), check) for job, (function, check) in made.items()}
