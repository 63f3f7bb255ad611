# SPDX-License-Identifier: MIT
# Makes zeta.h: ln of the Hurwitz zeta function by mpmath (pip install mpmath) at 250 digits.
#   python3 make_zeta.py > zeta.h
from mpmath import exp, log, mp, mpf

mp.dps = 250  # at 60 mpmath itself loses all but 8 digits at (25, 1000)


def log_zeta(s, q):
    """Sum of (1 + k/q)^-s directly, the tail by Euler and Maclaurin's integral far out, in as many digits."""
    s, q = mpf(s), mpf(q)
    if s < 60:
        return log(mp.zeta(s, q))
    total, k = mpf(0), 0
    while True:
        term = exp(-s * log(1 + k / q))
        total += term
        if term < total * mpf(10) ** -45:
            return -s * log(q) + log(total)
        k += 1


print("/* Made by make_zeta.py with mpmath at 250 digits: s, q, ln zeta(s, q). */")
print("static const double zeta_table[][3] = {")
for s in ["1.0078125", "1.5", "2", "3.25", "10", "19.5", "25", "60", "150", "1000", "20000"]:
    for q in ["1", "2", "7", "40.5", "1000", "65536", "2000000", "1e9"]:
        if mpf(q) / mpf(s) > 20000 and mpf(s) >= 60:
            continue
        print(f"    {{{s}, {q}, {mp.nstr(log_zeta(s, q), 20)}}},")
print("};")
