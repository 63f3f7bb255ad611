# SPDX-License-Identifier: MIT
"""The random generator once more: SplitMix64 (Steele, Lea & Flood 2014) as a counter, Lemire's rejection (2019)."""

import write

WORD = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15
DRAWS = 4


def mix(x):
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & WORD
    x = (x ^ x >> 27) * 0x94D049BB133111EB & WORD
    return x ^ x >> 31


# The first outputs of SplitMix64 for the seed 1234567, as published with several implementations of it.
assert [mix(1234567 + i * GOLDEN & WORD) for i in (1, 2, 3)] == [
    6457827717110365317,
    3203168211198807973,
    9817491932198370423,
]


class Stream:
    def __init__(self, seed, stream):
        self.key = mix(mix(seed + GOLDEN & WORD) ^ (stream * 0xD1342543DE82EF95 + 1 & WORD))
        self.counter = 0

    def next(self):
        self.counter += 1
        return mix(self.key + self.counter * GOLDEN & WORD)

    def below(self, limit):
        # A draw x stands for floor(x * limit / 2^64); each result must stand for floor(2^64 / limit) draws, so
        # those whose low word is below 2^64 mod limit are drawn again.
        while True:
            product = self.next() * limit
            if product & WORD >= 2**64 % limit:
                return product >> 64


rows = []
for seed in (0, 1, 42, WORD):
    for stream in (0, 1, 2**63, WORD):
        for limit in (1, 3, 1000, 2**63 + 1, WORD):
            r = Stream(seed, stream)
            numbers = [r.next() for _ in range(DRAWS)]
            drawn = [r.below(limit) for _ in range(DRAWS)]
            rows.append((seed, stream, limit, numbers, drawn, (r.next() >> 11) / 2**53, r.counter))
assert any(row[6] > 2 * DRAWS + 1 for row in rows), "no draw was rejected"

lines = [f"enum {{ RANDOM_DRAWS = {DRAWS} }};", "", "static const struct random_row {"]
lines += ["    uint64_t seed, stream, below, next[RANDOM_DRAWS], drawn[RANDOM_DRAWS];", "    double uniform;"]
lines += ["    uint64_t counter;", "} random_table[] = {"]
for seed, stream, limit, numbers, drawn, uniform, counter in rows:
    both = ["{" + ", ".join(map(write.u64, words)) + "}" for words in (numbers, drawn)]
    head = ", ".join(map(write.u64, (seed, stream, limit)))
    lines.append(f"    {{{head}, {', '.join(both)}, {uniform.hex()}, {counter}}},")
write.finish(__file__, lines + ["};"])
