# SPDX-License-Identifier: MIT
"""beta.h: quantiles of the beta distribution by mpmath (pip install mpmath): the density integrated by quadrature,
the root by Newton's method, at 30 digits (some minutes)."""

from mpmath import exp, inf, log, loggamma, mp, mpf, nstr, quad, sqrt
from write import finish

mp.dps = 30


def log_density(a, b, u):
    """Of ln x."""
    return a * u + (b - 1) * mp.log1p(-mp.exp(u)) + loggamma(a + b) - loggamma(a) - loggamma(b)


def tail(a, b, u, upper):
    """P(ln X <= u) or P(ln X > u), in pieces that widen from u on."""
    scale = 1 / sqrt(a + a * a / b + 1)
    steps = [scale * k for k in (0, 0.25, 0.5, 1, 2, 3, 4.5, 6, 8, 11, 15, 20, 30, 50, 100, 300, 1000)]
    if upper and (b < 1 or steps[1] > -u):
        # w = (1 - x)^b takes the pole at x = 1 away.
        front = exp(loggamma(a + b) - loggamma(a) - loggamma(b)) / b
        return quad(lambda w: front * (1 - w ** (1 / b)) ** (a - 1), [0, (-mp.expm1(u)) ** b])
    points = [u + s for s in steps if u + s < 0] + [mpf(0)] if upper else [-inf] + [u - s for s in steps[::-1]]
    return quad(lambda v: exp(log_density(a, b, v)), points)


def quantile(p, a, b):
    p, a, b = mpf(p), mpf(a), mpf(b)
    upper = p > 0.5
    goal = log(1 - p if upper else p)
    mean = log(a / (a + b))
    start = mean if a >= 1 else (log(p) + log(a) + loggamma(a) + loggamma(b) - loggamma(a + b)) / a
    if a < 1 and start > -0.5:
        start = mpf(-0.5)
    u = start
    for _ in range(200):
        value = tail(a, b, u, upper)
        slope = exp(log_density(a, b, u)) / value * (-1 if upper else 1)
        step = (log(value) - goal) / slope
        step = max(min(step, mpf(1)), mpf(-1))
        u = u - step if u - step < 0 else u / 2
        if abs(step) < mpf(10) ** -25:
            return exp(u)
    raise ArithmeticError(f"no quantile {p} of {a}, {b}")


lines = ["/* p, a, b, x with P(X <= x) = p; p as the double that it is */", "static const double beta_table[][4] = {"]
for a, b in [
    (0.5, 0.5),
    (0.125, 0.5),
    (1, 1),
    (0.5, 20.5),
    (1, 1e5),
    (3, 1e9),
    (20.5, 3),
    (20.5, 80.5),
    (100, 10000),
    (1000, 3),
    (1000, 5000),
    (1000, 1e9),
    (5000.5, 5000.5),
    (1e5, 20.5),
    (1e6, 1e6),
    (2.5e5, 1e9),
]:
    for p in (2.0**-54, 1e-6, 0.0625, 0.5, 0.9375, 1 - 2.0**-30):
        if a <= b:
            x = quantile(p, a, b)
        else:
            x = 1 - quantile(1 - mpf(p), b, a)
        lines.append(f"    {{{p!r}, {a!r}, {b!r}, {nstr(x, 20)}}},")
finish(__file__, lines + ["};"])
