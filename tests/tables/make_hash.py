# SPDX-License-Identifier: MIT
"""The hash and the layout of saved bytes, computed from their description.

fold(a, b) is the exclusive or of both halves of the 128-bit product. The hash starts from seed and length, takes
in 16 little-endian bytes at a time, and the last 1 to 16 bytes (none for an empty text) padded with zeros.
Saved bytes are kind, version, values and the hash of all that, little-endian.
"""

import math

import write

WORD = 2**64 - 1
# The fractions of the square roots of 2, 3, 5 and 7, 64 bits each, made odd.
KEY = [math.isqrt(n << 128) & WORD | 1 for n in (2, 3, 5, 7)]


def fold(a, b):
    return (a * b >> 64) ^ (a * b & WORD)


def little(chunk):
    return int.from_bytes(chunk, "little")


def digest(text, seed):
    h = fold(seed ^ KEY[0], len(text) ^ KEY[1])
    body = max(0, (len(text) - 1) // 16 * 16)
    padded = text + bytes(body + 16 - len(text))
    for at in range(0, body + 16, 16):
        h = fold(little(padded[at : at + 8]) ^ h ^ KEY[2], little(padded[at + 8 : at + 16]) ^ KEY[3])
    return fold(h ^ KEY[0], KEY[3])


lengths = list(range(36)) + [47, 48, 49, 63, 64, 65, 255, 256, 257, 1000]
lines = [f"enum {{ HASH_LONGEST = {max(lengths)} }};", ""]
lines += ["/* The text's byte k is 37 k + 11. */", "static const struct hash_row {"]
lines += ["    size_t length;", "    uint64_t seed, hash;", "} hash_table[] = {"]
for length in lengths:
    text = bytes((k * 37 + 11) % 256 for k in range(length))
    for seed in (0, 1, 0x9E3779B97F4A7C15):
        lines.append(f"    {{{length}, {write.u64(seed)}, {write.u64(digest(text, seed))}}},")
lines += ["};", ""]

saved = b"TESTKIND" + (2).to_bytes(4, "little") + 0x01020304.to_bytes(4, "little")
saved += 0x1112131415161718.to_bytes(8, "little") + b"hello" + (2**32 - 1).to_bytes(4, "little")
saved += digest(saved, 0).to_bytes(8, "little")
lines += ["static const uint8_t saved_bytes[] = {"]
for at in range(0, len(saved), 12):
    lines.append("    " + " ".join(f"0x{b:02x}," for b in saved[at : at + 12]))
write.finish(__file__, lines + ["};"])
