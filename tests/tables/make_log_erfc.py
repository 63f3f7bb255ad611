# SPDX-License-Identifier: MIT
"""log_erfc.h: ln erfc(x) by mpmath (pip install mpmath) at 60 digits."""

from mpmath import erfc, log, mp, mpf, nstr
from write import finish

mp.dps = 60
lines = ["/* x, ln erfc(x) */", "static const double log_erfc_table[][2] = {"]
for x in [
    "-1e6",
    "-27.5",
    "-8.25",
    "-3",
    "-1.125",
    "-0.5",
    "-0.125",
    "-0.0009765625",
    "0",
    "1e-9",
    "0.0009765625",
    "0.015625",
    "0.0625",
    "0.25",
    "0.5",
    "0.875",
    "1.25",
    "1.5",
    "2",
    "3.5",
    "5",
    "7.9375",
    "8.0625",
    "10",
    "26.5",
    "30",
    "100",
    "12345",
    "1e6",
    "1e8",
]:
    value = log(erfc(mpf(x))) if abs(mpf(x)) < 20000 else None
    if value is None:  # beyond mpmath's erfc: the asymptotic series, or ln 2
        v = mpf(x)
        value = (
            log(2)
            if v < 0
            else -v * v - log(v * mp.sqrt(mp.pi)) + log(1 - 1 / (2 * v * v) + 3 / (4 * v**4) - 15 / (8 * v**6))
        )
    lines.append(f"    {{{x}, {nstr(value, 20)}}},")
finish(__file__, lines + ["};"])
