# SPDX-License-Identifier: MIT
"""Segmentation at speed: natural breaks against jenkspy on the largest input that it can do in a minute, allocation
against scipy's SLSQP, modes against numpy and scipy. Called by bench.py.

Input (seeded): lognormal values (mu 8, sigma 2), uniform ones, and whole numbers with many equal ones."""

import ctypes as c
import sys
import time
from pathlib import Path

import jenkspy
import numpy as np
from scipy import special
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import native  # noqa: E402

CLASSES, MINUTE = 8, 60


def as_array(column):
    """A column that the library can read where it lies; the caller keeps it alive."""
    kind = np.ctypeslib.as_ctypes_type(column.dtype)
    return (kind * len(column)).from_buffer(column)


def natural_breaks(library, values, classes=CLASSES, threads=1):
    """(the highest value of each class, the sum of squares within them)."""
    options = library.make("partner_breaks_options", classes=classes, threads=threads)
    given = library.make("partner_numbers", rows=len(values), value=as_array(values))
    breaks = c.POINTER(library.struct["partner_breaks"])()
    library.call("partner_natural_breaks", c.byref(given), c.byref(options), c.byref(breaks))
    table = breaks.contents.classes.contents
    found = table.highest[: table.classes], breaks.contents.within
    library.free("breaks", breaks)
    return found


def numbers(shape, rows):
    random = np.random.default_rng(11)
    if shape == "uniform":
        return random.random(rows)
    values = np.exp(8 + 2 * random.standard_normal(rows))
    return np.floor(values) if shape == "whole" else values


def largest_of_jenkspy():
    """The values that take jenkspy about a minute, its cuts, and the seconds: its time grows with the square of their
    number."""
    rows = 8000
    while True:
        values = numbers("lognormal", rows)
        start = time.perf_counter()
        cuts = jenkspy.jenks_breaks(values, n_classes=CLASSES)
        took = time.perf_counter() - start
        if took > 0.7 * MINUTE:
            return values, cuts[1:], took
        rows = int(rows * min(4, (0.9 * MINUTE / took) ** 0.5))


def within(values, cuts):
    """The sum of squares within classes that end at these values."""
    ends = np.searchsorted(np.sort(values), cuts, side="right")
    parts = np.split(np.sort(values), ends[:-1])
    return sum(((part - part.mean()) ** 2).sum() for part in parts)


def bench_breaks(library, compare, rows, threads):
    for shape in ("lognormal", "uniform", "whole"):
        values = numbers(shape, rows)
        compare(
            f"natural breaks: {rows:,} {shape} values into {CLASSES} classes",
            {
                "libpartner, 1 thread": lambda values=values: natural_breaks(library, values),
                f"libpartner, {threads} threads": lambda values=values: natural_breaks(
                    library, values, threads=threads
                ),
            },
        )
    values, cuts, theirs = largest_of_jenkspy()
    start = time.perf_counter()
    ours, best = natural_breaks(library, values)
    took = time.perf_counter() - start
    print(
        f"\nnatural breaks: {len(values):,} values, the largest input of jenkspy {jenkspy.__version__} in a minute: "
        f"{took:.3f} s, jenkspy {theirs:.1f} s, {theirs / took:,.0f} times as long; sum of squares within classes, "
        f"ours / theirs {best / within(values, cuts):.12f}, {'the same' if ours == list(cuts) else 'other'} cuts"
    )


# --- allocation ---


def returns_of(library, gain, scale, ceiling):
    return library.make(
        "partner_returns", rows=len(gain), gain=as_array(gain), scale=as_array(scale), ceiling=as_array(ceiling)
    )


def allocate(library, given, budget, **options):
    """The hours and what they bring."""
    made = c.POINTER(library.struct["partner_allocation"])()
    settings = library.make("partner_allocation_options", budget=budget, **options)
    library.call("partner_allocate", c.byref(given), c.byref(settings), c.byref(made))
    found = made.contents.gain, made.contents.hours[: min(made.contents.rows, 1000)]
    library.free("allocation", made)
    return found


def slsqp(gain, scale, ceiling, budget):
    """From the same hours for all; gradients given, precise enough that its objective is comparable."""
    hours = minimize(
        lambda h: np.sum(gain * np.expm1(-h / scale)) / np.sum(gain),
        np.minimum(ceiling, budget / len(gain)),
        jac=lambda h: -gain / scale * np.exp(-h / scale) / np.sum(gain),
        bounds=[(0, each) for each in ceiling],
        constraints={"type": "ineq", "fun": lambda h: budget - h.sum(), "jac": lambda h: -np.ones(len(h))},
        method="SLSQP",
        options={"maxiter": 1000, "ftol": 1e-12},
    ).x
    return float(np.sum(-gain * np.expm1(-np.clip(hours, 0, ceiling) / scale)))


def bench_allocation(library, compare, rows, threads):
    """Gains lognormal (sigma 2), scales of the four modes and a little to either side, ceilings of 80 hours, three
    hours a partner. What it cannot show: partners that are all alike."""
    random = np.random.default_rng(6)

    def world(partners):
        gain = np.exp(random.normal(8, 2, partners)) * (random.random(partners) > 0.1)
        scale = random.choice([20.0, 40.0, 60.0], partners) * random.uniform(0.5, 1.5, partners)
        return gain, scale, np.full(partners, 80.0)

    gain, scale, ceiling = world(rows)
    given = returns_of(library, gain, scale, ceiling)
    runs = {
        f"libpartner, {threads} threads": {"threads": threads},
        "libpartner, 1 thread": {"threads": 1},
        "with other assumptions too": {"threads": 1, "sensitivity": 1},
    }
    compare(
        f"allocation of {3 * rows:,} hours to {rows:,} partners",
        {name: lambda o=options: allocate(library, given, 3.0 * rows, **o) for name, options in runs.items()},
    )

    gain, scale, ceiling = world(200)
    given, found, many = returns_of(library, gain, scale, ceiling), {}, 1000

    def ours():
        for _ in range(many):
            found["ours"] = allocate(library, given, 600.0)[0]

    def theirs():
        found["theirs"] = slsqp(gain, scale, ceiling, 600.0)

    with threadpool_limits(1):
        compare(f"allocation of 600 hours to 200 partners; ours {many:,} times", {"libpartner": ours, "SLSQP": theirs})
    assert found["ours"] >= found["theirs"] * (1 - 1e-12), found
    print(f"what the hours bring: libpartner {found['ours']:.6f}, SLSQP {found['theirs']:.6f}")


# --- modes ---

FROM, DAYS, HALF_LIFE = 19_000, 730, 365
EVIDENCE = "consultative", "transactional"
POSTERIOR = "consultative_share", "low", "high", "p_consultative", "p_transactional"


class Channel:
    """Ten interactions a partner over two years, of the eight default kinds; efforts lognormal, a tenth unknown; true
    shares of Beta(0.8, 1.2)."""

    def __init__(self, library, partners):
        random = np.random.default_rng(8)
        rows = 10 * partners
        share = random.beta(0.8, 1.2, partners)
        self.library, self.partners = library, partners
        self.partner = random.integers(0, partners, rows, dtype=np.uint32)
        self.day = (FROM + random.integers(0, DAYS, rows)).astype(np.int32)
        self.kind = (random.integers(0, 4, rows) + 4 * (random.random(rows) < share[self.partner])).astype(np.uint32)
        self.effort = np.where(random.random(rows) < 0.1, np.nan, np.exp(random.normal(3.5, 0.8, rows)))
        self.revenue = np.exp(random.normal(12, 2, partners)).astype(np.int64)
        self.dicts = [native.Names(library) for _ in range(3)]
        made = library.make(
            "partner_segment_dicts", **dict(zip(("kind", "segment", "band"), (d.c for d in self.dicts)))
        )
        self.rules = c.c_void_p()
        library.call("partner_segment_rules_parse", b"{}", c.c_size_t(2), c.byref(made), c.byref(self.rules))

    def ours(self, threads, interactions=True):
        """The prior, and evidence and posterior of a few partners."""
        portfolio = self.library.make(
            "partner_portfolio",
            rows=self.partners,
            revenue=as_array(self.revenue),
            from_day=FROM,
            to_day=FROM + DAYS,
        )
        given = self.library.make(
            "partner_interactions",
            rows=len(self.partner),
            partner=as_array(self.partner),
            day=as_array(self.day),
            kind=as_array(self.kind),
            effort=as_array(self.effort),
        )
        options = self.library.make("partner_segment_options", threads=threads)
        if interactions:
            options.interactions = c.pointer(given)
        made = c.POINTER(self.library.struct["partner_segmentation"])()
        self.library.call("partner_segmentation_new", c.byref(portfolio), self.rules, c.byref(options), c.byref(made))
        result = made.contents
        column = c.cast(result.partner, c.POINTER(self.library.struct["partner_segment_partners"])).contents
        prior = result.prior_a, result.prior_b
        found = prior, {name: np.array(getattr(column, name)[:1000]) for name in (*EVIDENCE, *POSTERIOR)}
        self.library.free("segmentation", made)
        return found

    def theirs(self):
        """The same with numpy and scipy."""
        effort = np.where(np.isnan(self.effort), np.nanmean(self.effort), self.effort) / np.nanmean(self.effort)
        left = effort * np.exp2((self.day - (FROM + DAYS - 1.0)) / HALF_LIFE)
        consultative = self.kind >= 4
        evidence = [
            np.bincount(self.partner[each], left[each], minlength=self.partners)
            for each in (consultative, ~consultative)
        ]
        with_evidence = [each[evidence[0] + evidence[1] > 0] for each in evidence]

        def less_likely(place):
            a, b = np.exp(place[0]) * special.expit(place[1]), np.exp(place[0]) * special.expit(-place[1])
            return -np.mean(special.betaln(a + with_evidence[0], b + with_evidence[1]) - special.betaln(a, b))

        far = np.log(99)
        place = minimize(
            less_likely, [np.log(2), 0], bounds=[np.log([0.2, 20]), [-far, far]], options={"ftol": 1e-15}
        ).x
        prior = np.exp(place[0]) * special.expit([place[1], -place[1]])
        return prior, posterior_of(prior[0] + evidence[0], prior[1] + evidence[1])


def posterior_of(a, b):
    """As POSTERIOR."""
    return (
        a / (a + b),
        special.betaincinv(a, b, 0.05),
        special.betaincinv(a, b, 0.95),
        special.betaincc(a, b, 0.5),
        special.betainc(a, b, 0.5),
    )


def bench_modes(library, compare, partners, threads):
    """Evidence of ten interactions a partner, the prior fitted to it, and the posterior with its interval: what a
    segmentation takes less what it takes without interactions. What it cannot show: partners with thousands of
    interactions, whose posterior takes three times as long."""
    channel, found = Channel(library, partners), {}

    def theirs():
        found["theirs"] = channel.theirs()

    compare(
        f"modes of {partners:,} partners from {10 * partners:,} interactions",
        {
            f"libpartner, {threads} threads": lambda: channel.ours(threads),
            "libpartner, 1 thread": lambda: channel.ours(1),
            "without interactions": lambda: channel.ours(1, interactions=False),
            "numpy and scipy": theirs,
        },
    )
    (a, b), ours = channel.ours(1)
    scipys = posterior_of(a + ours["consultative"], b + ours["transactional"])
    worst = max(np.max(np.abs(ours[name] / each - 1)) for name, each in zip(POSTERIOR, scipys))
    print(
        f"prior {a:.6f}, {b:.6f}, scipy {found['theirs'][0][0]:.6f}, {found['theirs'][0][1]:.6f}; the posteriors of "
        f"1,000 partners differ by at most {worst:.0e}"
    )


def bench(build, compare, rows, threads):
    """`rows`: values of natural breaks; the other sizes go with it."""
    names = ("base", "dict", "totals", "segment")
    library = native.Library(Path(build) / "src" / "libpartner.so", ROOT / "include", names)
    bench_breaks(library, compare, rows, threads)
    bench_allocation(library, compare, rows, threads)
    bench_modes(library, compare, rows, threads)
