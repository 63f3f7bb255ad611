# SPDX-License-Identifier: MIT
"""beta.h: tails and quantiles of the beta distribution by mpmath (pip install mpmath), at 40 digits: the power series
of one tail, where all terms are positive, and 1 less it at 400 for the other; compared with mpmath's own betainc at
700 where that is quick. The quantiles by Newton's method (some minutes)."""

from mpmath import betainc, exp, log, log1p, loggamma, mp, mpf, nstr, sqrt
from write import finish

mp.dps = 40
LEAST = mpf(10) ** -300


def series(a, b, x, digits):
    """P(X <= x) = x^a y^b / (a B(a, b)) (1 + (a + b) / (a + 1) x (1 + (a + b + 1) / (a + 2) x (1 + ..."""
    with mp.workdps(digits):
        term = total = mpf(1)
        k = 0
        while term > mpf(10) ** -digits * total:
            term *= x * (a + b + k) / (a + 1 + k)
            total += term
            k += 1
        return exp(a * log(x) + b * log1p(-x) + loggamma(a + b) - loggamma(a + 1) - loggamma(b)) * total


def tails(a, b, x):
    """P(X <= x) and P(X > x) of a and b as the doubles that they are."""
    with mp.workdps(700):
        a, b, x = mpf(a), mpf(b), mpf(x)
        y = 1 - x
        if x > a / (a + b):
            above, below = tails_of(b, a, y, x)
        else:
            below, above = tails_of(a, b, x, y)
    return below, above


def tails_of(a, b, x, y):
    """By the series that has fewer terms, about."""
    with mp.workdps(400):
        own = a * sqrt(184 / (x * b))
        if x * (a + b) < a:
            own = min(own, 92 / (1 - x * (a + b) / (a + 1)))
        other = 3 * (a + b) * y + 1000 / x
        one = series(a, b, x, 40) if own < other else 1 - series(b, a, y, 400)
        return one, 1 - one


def check(a, b, x, below, above):
    with mp.workdps(700):
        expected = betainc(mpf(a), mpf(b), 0, mpf(x), regularized=True)
        for found, known in ((below, expected), (above, 1 - expected)):
            assert abs(found / known - 1) < mpf(10) ** -25, (a, b, x, found, known)


def places(a, b):
    """Around the middle, and some that are round."""
    spread = float(sqrt(mp.psi(1, a) + mp.psi(1, b)))
    middle = float(mp.psi(0, a) - mp.psi(0, b))
    near = (middle + k * spread for k in (-25, -8, -3, -1, 0, 1, 3, 8, 25))
    found = {float(1 / (1 + exp(-mpf(each)))) for each in near if abs(each) < 690} | {0.5, 0.3, 0.001, 0.999, 1e-100}
    return sorted(x for x in found if 1e-300 < x < 1)


def farthest(a, b, q, middle, spread, limit):
    """A logit above the one whose upper tail is q: that tail is at most y^b / (b B(a, b)) where a >= 1."""
    found = min(middle + 50 * spread, mpf(limit))
    y = exp((log(q * b) + loggamma(a) + loggamma(b) - loggamma(a + b)) / b)
    return min(found, log((1 - y) / y)) if a >= 1 else found


def quantile(p, a, b):
    """Newton's method on ln of the smaller tail, which is concave in the logit: from far out, so that it never passes
    the root. 0 or 1 where the root is farther out than doubles go."""
    p, a, b = mpf(p), mpf(a), mpf(b)
    upper = p > 0.5
    goal = log(1 - p if upper else p)
    middle, spread = mp.psi(0, a) - mp.psi(0, b), sqrt(mp.psi(1, a) + mp.psi(1, b))
    logit = farthest(a, b, 1 - p, middle, spread, 45) if upper else -farthest(b, a, p, -middle, spread, 760)
    for _ in range(400):
        x = 1 / (1 + exp(-logit))
        below, above = tails(a, b, x)
        tail = above if upper else below
        if tail <= 0:  # less than the digits of the other one tell
            logit = (logit + middle) / 2
            continue
        weight = exp(a * log(x) + b * log1p(-x) + loggamma(a + b) - loggamma(a) - loggamma(b))
        step = (goal - log(tail)) * tail / weight * (-1 if upper else 1)
        if abs(step) < mpf(10) ** -22:
            return x
        if step > 0 if upper else step < 0:
            return mpf(logit > 0)
        logit += step
    raise ArithmeticError(f"no quantile {p} of {a}, {b}")


lines = ["/* x, a, b, P(X <= x), P(X > x); x, a and b as the doubles that they are */"]
lines += ["static const double beta_tails[][5] = {"]
for a, b in [
    (0.001, 0.001),
    (0.002, 0.198),
    (0.001, 1),
    (0.01, 5.25),
    (0.05, 300),
    (0.001, 1e6),
    (0.24, 0.26),
    (0.26, 7.5),
    (0.5, 0.5),
    (1, 1),
    (1, 3),
    (2, 3),
    (5, 17.5),
    (30, 2.5),
    (16, 16),
    (17, 16),
    (64, 64),
    (100, 100),
    (199, 1),
    (12.25, 180.5),
    (600, 0.75),
    (450, 620),
    (2000, 3),
    (4000, 5000),
    (1e4, 1e4),
    (1e5, 20.5),
    (0.3, 1e5),
    (5, 1e6),
    (1e6, 1e6),
]:
    for x in places(a, b):
        below, above = tails(a, b, x)
        if min(below, above) < LEAST:
            continue
        if a + b <= 1e4:
            check(a, b, x, below, above)
        lines.append(f"    {{{x!r}, {a!r}, {b!r}, {nstr(below, 20)}, {nstr(above, 20)}}},")
lines += ["};", "", "/* p, a, b, x with P(X <= x) = p; p as the double that it is */"]
lines += ["static const double beta_quantiles[][4] = {"]
for a, b in [
    (0.001, 0.001),
    (0.002, 0.198),
    (0.01, 5.25),
    (0.05, 19),
    (0.02, 1e4),
    (5, 0.01),
    (0.5, 0.5),
    (0.125, 0.5),
    (1, 1),
    (0.5, 20.5),
    (1, 1e5),
    (3, 7),
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
    for p in (1e-300, 2.0**-54, 1e-6, 0.05, 0.0625, 0.5, 0.95, 1 - 2.0**-30):
        x = quantile(p, a, b)
        if x > LEAST and 1 - x > mpf(10) ** -17:
            lines.append(f"    {{{p!r}, {a!r}, {b!r}, {nstr(x, 20)}}},")
finish(__file__, lines + ["};"])
