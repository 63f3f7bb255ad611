# SPDX-License-Identifier: MIT
"""The pipeline at speed: the state of a million deals with ten million reports, the ridge fit and the AUC against
scikit-learn, the forecast of a hundred thousand open deals, and everything at once. Called by bench.py.

Input (seeded): five years of deals of at most 240 days, five stages of three milestones, one of which is optional and
one goes stale; won deals pass more of them, some partners win more often; two dated claims a deal. What it cannot
show: partners who report once a year, and a learnt correlation: a past of five years and a horizon of 90 days give 20
windows, but what comes of them is chance alone."""

import csv
import ctypes as c
import gzip
import os
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import native  # noqa: E402

STAGES, MILESTONES, AS_OF, DAYS, LONGEST = 5, 3, 19_826, 1826, 240
LAMBDA = 0.000161408  # what cross-validation finds on winloss
FIELDS = (
    "Supplies Subgroup", "Supplies Group", "Region", "Route To Market", "Client Size By Revenue",
    "Client Size By Employee Count", "Revenue From Client Past Two Years", "Competitor Type", "Deal Size Category",
)  # fmt: skip


def as_array(column):
    """A column that the library can read where it lies; the caller keeps it alive."""
    kind = np.ctypeslib.as_ctypes_type(column.dtype)
    return (kind * len(column)).from_buffer(column)


class Pipeline:
    """A process and the columns of a world."""

    def __init__(self, library, deals, reports, partners, seed, days=DAYS, claims=0):
        self.library = library
        self.process = self.make_process()
        random = np.random.default_rng(seed)
        self.partner = random.integers(0, partners, deals, dtype=np.uint32)
        self.opened = (AS_OF - random.integers(0, days, deals)).astype(np.int32)
        life = random.integers(0, LONGEST, deals)
        skill = np.random.default_rng(1).normal(-0.4, 0.7, partners)
        won = random.random(deals) < 1 / (1 + np.exp(-skill[self.partner]))
        self.amount = (100 * np.exp(9 + random.normal(0, 1, deals))).astype(np.int64)
        self.closed = (self.opened + life).astype(np.int32)
        self.outcome = np.where(won, 1, 2).astype(np.uint8)
        is_open = self.closed > AS_OF
        self.closed[is_open] = native.NO_DAY
        self.outcome[is_open] = 0
        self.report(random, reports, life, won)
        self.claim(random, claims, life, won)

    def make_process(self):
        stages = [
            {
                "id": f"s{i}",
                "milestones": [
                    {"id": f"m{i}a"},
                    {"id": f"m{i}b", "valid_days": 90},
                    {"id": f"m{i}c", "required": False},
                ],
            }
            for i in range(STAGES)
        ]
        text = repr({"stages": stages}).replace("'", '"').replace("False", "false").encode()
        self.dicts = [native.Names(self.library) for _ in range(2)]
        made = self.library.make("partner_process_dicts", milestone=self.dicts[0].c, stage=self.dicts[1].c)
        process = c.c_void_p()
        self.library.call("partner_process_parse", text, c.c_size_t(len(text)), c.byref(made), c.byref(process))
        return process

    def report(self, random, reports, life, won):
        """In no order: milestones in about their sequence, those of deals that are won a little ahead."""
        deal = random.integers(0, len(life), reports, dtype=np.uint32)
        age = (random.random(reports) * np.maximum(life[deal], 1)).astype(np.int64)
        steps = STAGES * MILESTONES
        about = age * steps // LONGEST + random.integers(0, 4, reports) + 2 * won[deal]
        self.report_deal = deal
        self.report_day = (self.opened[deal] + age).astype(np.int32)
        self.milestone = np.minimum(about, steps - 1).astype(np.uint32)
        self.done = (random.random(reports) > 0.1).astype(np.uint8)

    def claim(self, random, each, life, won):
        deal = np.tile(np.arange(len(life), dtype=np.uint32), each)
        age = (random.random(len(deal)) * np.maximum(life[deal], 1)).astype(np.int64)
        self.claim_deal = deal
        self.claim_day = (self.opened[deal] + age).astype(np.int32)
        self.probability = np.clip(0.4 + 0.2 * won[deal] + random.normal(0, 0.2, len(deal)), 0, 1)
        self.claimed = (self.amount[deal] * np.exp(random.normal(0.2, 0.3, len(deal)))).astype(np.int64)

    def close(self):
        self.library.free("process", self.process)
        for each in self.dicts:
            self.library.free("dict", each.c)

    def inputs(self):
        arrays = {name: as_array(column) for name, column in vars(self).items() if isinstance(column, np.ndarray)}
        deals = {name: arrays[name] for name in ("partner", "opened", "closed", "outcome", "amount")}
        reports = {"deal": arrays["report_deal"], "day": arrays["report_day"]}
        claims = {"deal": arrays["claim_deal"], "day": arrays["claim_day"]}
        claims |= {"probability": arrays["probability"], "amount": arrays["claimed"]}
        reports |= {name: arrays[name] for name in ("milestone", "done")}
        make = self.library.make
        return (
            make("partner_deals", rows=len(self.opened), **deals),
            make("partner_milestones", rows=len(self.report_day), **reports),
            make("partner_claims", rows=len(self.claim_day), **claims),
        )

    def run(self, **options):
        """Seconds of the processor and of the clock, and what was found."""
        made = c.POINTER(self.library.struct["partner_pipeline"])()
        given = self.library.make("partner_pipeline_options", as_of_day=AS_OF, **options)
        tables = self.inputs()
        used, begun = time.process_time(), time.perf_counter()
        self.library.call(
            "partner_pipeline_new", self.process, *(c.byref(t) for t in tables), c.byref(given), c.byref(made)
        )
        took, used = time.perf_counter() - begun, time.process_time() - used
        result = made.contents
        by_ridge = result.model == self.library.struct["PARTNER_BY_RIDGE"]
        told = f"{result.open:,} open, by {'ridge' if by_ridge else 'stage'}"
        if result.forecast:
            forecast = result.forecast.contents
            told += f", expected {forecast.expected / 100:,.0f}, correlation {forecast.correlation:g}"
            told += f" of {forecast.windows} windows"
        self.library.free("pipeline", made)
        return took, used, told


def say(title, took, used, told):
    print(f"{title:66}{took:8.2f} s{used:8.2f} s of processors   {told}")
    sys.stdout.flush()


def median_run(pipeline, title, rounds=3, **options):
    say(title, *sorted(pipeline.run(**options) for _ in range(rounds))[rounds // 2])


def bench_state(library, deals):
    pipeline = Pipeline(library, deals, 10 * deals, 5000, 1)
    median_run(pipeline, f"state of {deals:,} deals with {10 * deals:,} reports, 1 thread", threads=1, state_only=1)
    pipeline.close()


def bench_forecast(library, open_deals, draws, threads):
    """Of a year with as many open deals at its end. A penalty that leaves nothing of the model makes all deals of a
    partner, stage and age alike; with one draw nearly all of the time is that of learning."""
    deals = open_deals * 365 * 2 // LONGEST
    for partners in (1, 1000):
        pipeline = Pipeline(library, deals, 5 * deals, partners, 2, days=365)
        for many, correlation in ((1, -1.0), (draws, -1.0), (draws, 0.1)):
            title = f"forecast, {partners} partners, {many:,} draws, correlation {max(correlation, 0):g}"
            given = {"draws": many, "correlation": correlation, "lambda": 1e6}
            median_run(pipeline, title, rounds=1, threads=threads, **given)
        pipeline.close()
    pipeline = Pipeline(library, deals // 10, deals // 2, 1000, 3, days=365, claims=1)
    for many, correlation in ((1, -1.0), (draws, -1.0), (draws, 0.1)):
        title = f"a tenth of them, a model moves each, {many:,} draws, correlation {max(correlation, 0):g}"
        given = {"draws": many, "correlation": correlation, "lambda": 0.001}
        median_run(pipeline, title, rounds=1, threads=threads, **given)
    pipeline.close()


def bench_whole(library, deals, threads):
    pipeline = Pipeline(library, deals, 10 * deals, max(deals // 100, 1), 4, claims=2)
    for title, options in (
        ("state alone", {"state_only": 1}),
        ("whole, 100 draws, correlation given", {"draws": 100, "correlation": 0.1}),
        ("whole, correlation given", {"correlation": 0.1}),
        ("whole, correlation learnt", {}),
    ):
        for each in (1, threads) if options else (threads,):
            median_run(pipeline, f"{deals:,} deals, {title}, {each} threads", rounds=1, threads=each, **options)
    pipeline.close()


# --- models ---


def winloss():
    """One-hot columns, the first level in the order of strings left out, and what came."""
    folder = os.environ.get("PARTNER_REAL_DATA")
    if folder is None:
        return None
    path = Path(folder) / "winloss" / "Sales-Win-Loss.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = []
    for field in FIELDS:
        values = np.array([row[field] for row in rows])
        columns += [values == level for level in np.unique(values)[1:]]
    return np.column_stack(columns).astype(float), np.array([row["Opportunity Result"] == "Won" for row in rows])


def gradient_norm(x, y, intercept, beta):
    """Of the mean loss with its penalty, at standardised columns."""
    p = 1 / (1 + np.exp(-(intercept + x @ beta)))
    off = (p - y) / len(y)
    return float(np.sqrt(off.sum() ** 2 + ((x.T @ off + LAMBDA * beta) ** 2).sum()))


def bench_ridge(library, compare):
    data = winloss()
    if data is None:
        print("\nridge: PARTNER_REAL_DATA is not set, so winloss is left out")
        return
    x, y = data
    by_column = np.asfortranarray(x).ravel(order="F")
    labels = y.astype(np.uint8)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    found = {}
    given = library.make(
        "partner_feature_matrix", rows=len(x), columns=x.shape[1], value=as_array(by_column), label=as_array(labels)
    )

    def ours():
        made = c.POINTER(library.struct["partner_win_model"])()
        options = library.make("partner_win_model_options", threads=1, **{"lambda": LAMBDA})
        library.call("partner_win_model_fit", c.byref(given), c.byref(options), c.byref(made))
        model = made.contents
        found["libpartner"] = model.intercept, np.array(model.coefficient[: model.terms])
        library.free("win_model", made)

    def theirs(name, order, **options):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = LogisticRegression(C=1 / (LAMBDA * len(y)), max_iter=1000, **options).fit(order, y)
        found[name] = model.intercept_[0], model.coef_[0]

    columns = np.asfortranarray(z)
    with threadpool_limits(1):
        compare(
            f"ridge: winloss, {len(x):,} rows, {x.shape[1]} columns, one penalty, 1 thread; ours standardises too",
            {
                "libpartner": ours,
                "newton-cholesky, tol 1e-10": lambda: theirs(
                    "newton-cholesky", columns, solver="newton-cholesky", tol=1e-10
                ),
                "lbfgs, its own stop": lambda: theirs("lbfgs", z, solver="lbfgs"),
            },
        )
    for name, (intercept, beta) in found.items():
        away = np.abs(beta - found["libpartner"][1]).max()
        print(f"{name:28}gradient norm {gradient_norm(z, y, intercept, beta):.1e}, coefficients {away:.1e} from ours")


def bench_auc(library, compare, rows, threads):
    random = np.random.default_rng(5)
    score = random.random(rows)
    label = (random.random(rows) < score).astype(np.uint8)
    given = library.make("partner_predictions", rows=rows, label=as_array(label), probability=as_array(score))
    found = {}

    def ours(threads):
        made = c.POINTER(library.struct["partner_measures"])()
        options = library.make("partner_measures_options", threads=threads)
        library.call("partner_measures_new", c.byref(given), c.byref(options), c.byref(made))
        found["ours"] = made.contents.auc
        library.free("measures", made)

    def theirs():
        found["theirs"] = roc_auc_score(label, score)

    compare(
        f"AUC of {rows:,} scores; ours with log loss, Brier score and its parts, and calibration",
        {
            "libpartner, 1 thread": lambda: ours(1),
            f"libpartner, {threads} threads": lambda: ours(threads),
            "scikit-learn, AUC alone": theirs,
        },
        rounds=3,
    )
    print(f"{'':28}{found['ours']:.15f}, scikit-learn's {found['theirs']:.15f}")


def bench(build, compare, rows, threads):
    """`rows`: deals of the state; the other sizes go with it."""
    names = ("base", "dict", "totals", "model", "pipeline")
    library = native.Library(Path(build) / "src" / "libpartner.so", ROOT / "include", names)
    print(f"\npipeline: scikit-learn {sklearn.__version__}")
    bench_state(library, rows)
    bench_ridge(library, compare)
    bench_auc(library, compare, 10 * rows, threads)
    bench_forecast(library, max(rows // 10, 1000), max(rows // 100, 100), threads)
    bench_whole(library, max(rows // 10, 1000), threads)
