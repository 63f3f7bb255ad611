# SPDX-License-Identifier: MIT
"""normal.h: moments of the normal distribution cut off below, and over stretches of it, by mpmath's quadrature
(pip install mpmath) at 50 digits."""

from mpmath import exp, log, mp, mpf, nstr, quad, sqrt
from write import finish

mp.dps = 50


def numbers(values):
    return ", ".join(nstr(v, 20) for v in values)


def cut(a):
    """s > 0 with density ~ exp(-a s - s^2/2): integrals of powers, in pieces where the density lives."""
    a = mpf(a)
    peak, scale = max(-a, mpf(0)), 1 / max(mpf(1), a)
    points = (
        [p for p in [peak - 15, peak - 5, peak - 1] if p > 0]
        + [peak]
        + [peak + scale * k for k in (1, 3, 8, 20, 45, 130)]
    )
    points = ([mpf(0)] if points[0] > 0 else []) + points
    shift = peak * a + peak * peak / 2

    def power(k):
        return quad(lambda s: s**k * exp(shift - a * s - s * s / 2), points)

    zero = power(0)
    mean = power(1) / zero

    def central(k):
        return quad(lambda s: (s - mean) ** k * exp(shift - a * s - s * s / 2), points) / zero

    hazard = exp(shift) / zero
    return [mean, central(2), central(3), central(4), hazard]


def cell(slope, curve, start, width):
    """exp(-slope y - curve y^2/2) over y in start … start + width."""
    p, g, a = mpf(slope), mpf(curve), mpf(start)
    b = a + mpf(width)
    peak = min(max(-p / g, a), b)
    shift = p * peak + g * peak * peak / 2
    steep = max(abs(p + g * peak), sqrt(g))
    points = sorted(
        {a, b, peak} | {q for k in (1, 4, 10, 25, 60, 120) for q in (peak - k / steep, peak + k / steep) if a < q < b}
    )

    def integral(f):
        return quad(lambda y: f(y) * exp(shift - p * y - g * y * y / 2), points)

    zero = integral(lambda y: 1)
    mean = integral(lambda y: y) / zero
    half = integral(lambda y: y * y / 2) / zero
    return [
        log(zero) - shift,
        mean,
        half,
        integral(lambda y: (y - mean) ** 2) / zero,
        integral(lambda y: (y - mean) * (y * y / 2 - half)) / zero,
        integral(lambda y: (y * y / 2 - half) ** 2) / zero,
    ]


lines = [
    "/* a; mean, variance, third and fourth central moment, hazard */",
    "static const double cut_normal_table[][6] = {",
]
for a in [
    "-30",
    "-8",
    "-3.5",
    "-1",
    "-0.25",
    "0",
    "0.5",
    "1.5",
    "1.984375",
    "2",
    "2.015625",
    "3",
    "7",
    "25",
    "1000",
    "1e6",
]:
    lines.append(f"    {{{a}, {numbers(cut(a))}}},")
lines += [
    "};",
    "",
    "/* slope, curve, from, width; ln of the integral, means of y and y^2/2, their variance, covariance, variance */",
    "static const double cell_table[][10] = {",
]
for row in [
    ("1", "0.0625", "-1", "0.5"),
    ("1", "0.0625", "-1", "0.03125"),
    ("1", "0.0625", "3", "0.0009765625"),
    ("1", "0.0004", "9", "2"),
    ("0.5", "2", "-1", "4"),
    ("-0.5", "2", "-1", "0.015625"),
    ("0", "100", "-1", "6"),
    ("0.25", "100", "-1", "0.9375"),
    ("0", "400", "2", "1.5"),
    ("3", "0.5", "-1", "30"),
    ("40", "0.25", "0", "1"),
    ("-30", "16", "-1", "2.875"),
    ("1", "1e-30", "0", "5"),
    ("1", "1e-30", "20", "1e-9"),
    ("0.0625", "10000", "-0.015625", "0.03125"),
]:
    lines.append("    {{{}, {}}},".format(", ".join(row), numbers(cell(*row))))
finish(__file__, lines + ["};"])
