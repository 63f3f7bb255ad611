# SPDX-License-Identifier: MIT
"""Quotients of 128-bit integers, correctly rounded: Python divides integers of any length exactly so."""

import random
from fractions import Fraction

import write

random.seed(128)
pairs = []
for _ in range(150):
    n, d = (random.getrandbits(128) >> random.randrange(128) for _ in range(2))
    pairs.append((n, max(d, 1)))
# Exact ties and their neighbours: the quotient is an odd number of 54 binary digits over a power of two.
for _ in range(50):
    odd = random.getrandbits(53) | 1 << 53 | 1
    scale = random.getrandbits(random.randrange(1, 65)) | 1
    shift = random.randrange(64)
    for step in (-1, 0, 1):
        pairs.append((odd * scale + step, scale << shift))
pairs += [(1, 2**128 - 1), (2**128 - 1, 1), (2**128 - 1, 2**128 - 2), (2**127, 3), (2**54 - 1, 2**54), (0, 5)]

lines = ["static const struct ratio_row {", "    uint64_t n_high, n_low, d_high, d_low;", "    double quotient;"]
lines += ["} ratio_table[] = {"]
for n, d in pairs:
    q = n / d
    assert q == float(Fraction(n, d))
    words = (n >> 64, n & 2**64 - 1, d >> 64, d & 2**64 - 1)
    lines.append("    {" + ", ".join(map(write.u64, words)) + f", {q.hex()}}},")
write.finish(__file__, lines + ["};"])
