# SPDX-License-Identifier: MIT
"""zeta_logs.h: the law p(x) ~ x^-(1 + beta) on the integers x >= q, by mpmath (pip install mpmath): q^beta times
zeta(1 + beta, q), mean and variance of ln(X / q), and P(X >= x) for an x. Where zeta's own digits run out the sum is
done term by term, in as many digits."""

from mpmath import diff, exp, log, mp, mpf, nstr, zeta
from write import finish

mp.dps = 250  # at 60 mpmath itself loses all but 8 digits at (25, 1000)


def by_terms(s, q):
    """Sums of (1 + k/q)^-s times 1, ln and ln^2, until they vanish."""
    sums, k = [mpf(0)] * 3, 0
    while True:
        ln = log(1 + k / q)
        term = exp(-s * ln)
        sums = [sums[0] + term, sums[1] + term * ln, sums[2] + term * ln * ln]
        if term < mpf(10) ** -45:
            return sums
        k += 1


def by_zeta(s, q):
    """The same from zeta and its derivatives by s."""

    def scaled(t):
        return exp(t * log(q)) * zeta(t, q)

    return [scaled(s), -diff(scaled, s, 1), diff(scaled, s, 2)]


def row(beta, q, x):
    mp.dps = 120 if mpf(beta) < 60 else 60
    b, q_, x_ = mpf(beta), mpf(q), mpf(x)
    sums = by_zeta if b < 60 else by_terms
    s0, s1, s2 = sums(1 + b, q_)
    survival = sums(1 + b, x_)[0] * exp(-(1 + b) * log(x_ / q_)) / s0
    numbers = [s0 / q_, s1 / s0, s2 / s0 - (s1 / s0) ** 2, survival]
    return "    {" + ", ".join([beta, q, x] + [nstr(n, 20) for n in numbers]) + "},"


lines = [
    "/* beta, q, x; q^beta zeta(1 + beta, q), mean and variance of ln(X / q), P(X >= x) */",
    "static const double zeta_logs_table[][7] = {",
]
for beta in ["0.0078125", "0.5", "0.9375", "1.5", "3", "9.25", "24", "70", "1000", "65536"]:
    for q, x in [
        ("1", "2"),
        ("1", "50"),
        ("2", "7"),
        ("7", "8"),
        ("21", "29"),
        ("40", "1000"),
        ("1000", "1001"),
        ("65536", "70000"),
        ("2000000", "2000001"),
        ("1e9", "2e9"),
    ]:
        terms = float(q) / (1 + float(beta)) * 110
        if float(beta) >= 60 and (terms > 20000 or (1 + float(beta)) * float(mp.log(mpf(x) / mpf(q))) > 600):
            continue
        lines.append(row(beta, q, x))
finish(__file__, lines + ["};"])
