#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Win models on real data: python3 tests/test_model_data.py PATH_TO_libpartner.so [unittest options]

Needs the environment variable PARTNER_REAL_DATA; without it the tests are skipped, and say so. Figures: those of the
data's README, made independently of the library. Where scikit-learn can be imported, the coefficients are held
against its own too; that they are the minimum is shown without."""

import array
import csv
import ctypes
import datetime
import gzip
import math
import os
import sys
import unittest

LIBRARY = None
REAL_DATA = os.environ.get("PARTNER_REAL_DATA")
FOLDS = 5
NONE = 2**32 - 1

# What is known when an opportunity is entered; the other columns of the file are as at closing.
ENTRY = (
    "Supplies Subgroup",
    "Supplies Group",
    "Region",
    "Route To Market",
    "Client Size By Revenue",
    "Client Size By Employee Count",
    "Revenue From Client Past Two Years",
    "Competitor Type",
    "Deal Size Category",
)
AT_CLOSING = (
    "Elapsed Days In Sales Stage",
    "Sales Stage Change Count",
    "Total Days Identified Through Closing",
    "Total Days Identified Through Qualified",
    "Ratio Days Identified To Total Days",
    "Ratio Days Validated To Total Days",
    "Ratio Days Qualified To Total Days",
)

HEAD = [("struct_size", ctypes.c_uint32), ("reserved", ctypes.c_uint32)]


class Matrix(ctypes.Structure):
    _fields_ = [
        *HEAD,
        ("rows", ctypes.c_size_t),
        ("columns", ctypes.c_size_t),
        *((name, ctypes.c_void_p) for name in ("value", "label", "weight", "fold")),
    ]


class Categories(ctypes.Structure):
    _fields_ = [
        *HEAD,
        ("rows", ctypes.c_size_t),
        ("columns", ctypes.c_size_t),
        *((name, ctypes.c_void_p) for name in ("level", "label", "weight")),
    ]


class Predictions(ctypes.Structure):
    _fields_ = [
        *HEAD,
        ("rows", ctypes.c_size_t),
        *((name, ctypes.c_void_p) for name in ("label", "probability", "claim")),
    ]


class Options(ctypes.Structure):
    _fields_ = [
        *HEAD,
        ("threads", ctypes.c_uint32),
        ("folds", ctypes.c_uint32),
        ("interrupt", ctypes.c_void_p),
        ("interrupt_data", ctypes.c_void_p),
        ("penalty", ctypes.c_double),
        ("unscaled", ctypes.c_uint8),
    ]


class Model(ctypes.Structure):
    _fields_ = [
        ("rows", ctypes.c_size_t),
        ("positive", ctypes.c_size_t),
        ("weight", ctypes.c_double),
        *((name, ctypes.c_size_t) for name in ("columns", "terms", "path")),
        *(
            (name, ctypes.c_double)
            for name in (
                "penalty",
                "intercept",
                "intercept_raw",
                "log_loss",
                "gradient_norm",
                "cross_log_loss",
            )
        ),
        ("iterations", ctypes.c_uint32),
        ("unscaled", ctypes.c_uint8),
        ("column", ctypes.c_void_p),
        ("missing", ctypes.c_void_p),
        *((name, ctypes.POINTER(ctypes.c_double)) for name in ("coefficient", "coefficient_raw")),
        *((name, ctypes.POINTER(ctypes.c_double)) for name in ("mean", "deviation", "standard_error")),
    ]


class Measures(ctypes.Structure):
    _fields_ = [
        ("rows", ctypes.c_size_t),
        ("positive", ctypes.c_size_t),
        ("rate", ctypes.c_double),
        ("log_loss", ctypes.c_double),
        ("clipped", ctypes.c_size_t),
        ("constant_log_loss", ctypes.c_double),
        ("auc", ctypes.c_double),
    ]


def check(status, error):
    if status != 0:
        message = error.raw[256:].split(b"\0")[0].decode()
        raise RuntimeError(f"{status}: {message}")


def new(function, result, *arguments):
    """What the library makes, as a pointer to `result`."""
    made, error = ctypes.POINTER(result)() if result else ctypes.c_void_p(), ctypes.create_string_buffer(2048)
    check(getattr(LIBRARY, function)(*arguments, ctypes.byref(made), error), error)
    return made


def address(column):
    return column.buffer_info()[0]


def sized(struct, **values):
    return struct(struct_size=ctypes.sizeof(struct), **values)


class Rows:
    """Columns of numbers with labels, which live as long as this."""

    def __init__(self, columns, won):
        self.won = array.array("B", won)
        self.value = array.array("d")
        for column in columns:
            self.value.extend(column)
        self.matrix = sized(
            Matrix, rows=len(won), columns=len(columns), value=address(self.value), label=address(self.won)
        )


def fit(columns, won, penalty=0.0):
    rows = Rows(columns, won)
    return new(
        "partner_win_model_fit",
        Model,
        ctypes.byref(rows.matrix),
        ctypes.byref(sized(Options, penalty=penalty, threads=2)),
    )


def predict(model, columns, won):
    rows, p = Rows(columns, won), array.array("d", bytes(8 * len(won)))
    error = ctypes.create_string_buffer(2048)
    check(
        LIBRARY.partner_win_model_predict(model, ctypes.byref(rows.matrix), ctypes.c_void_p(address(p)), None, error),
        error,
    )
    return p


def measure(won, p):
    """Log loss and AUC."""
    labels, p = array.array("B", won), array.array("d", p)
    given = sized(Predictions, rows=len(won), label=address(labels), probability=address(p))
    measures = new("partner_measures_new", Measures, ctypes.byref(given), None)
    found = measures.contents.log_loss, measures.contents.auc
    LIBRARY.partner_measures_free(measures)
    return found


def naive_bayes(columns, won, new_columns, new_won):
    levels = [{level: i for i, level in enumerate(dict.fromkeys(column))} for column in columns]

    def given(of, labels):
        flat = array.array("I")
        for column, known in zip(of, levels):
            flat.extend(known.get(level, NONE) for level in column)
        y = array.array("B", labels)
        return sized(Categories, rows=len(y), columns=len(of), level=address(flat), label=address(y)), flat, y

    training, *_kept = given(columns, won)
    model = new("partner_frequency_model_fit", None, ctypes.byref(training))
    test, *_also = given(new_columns, new_won)
    p, error = array.array("d", bytes(8 * len(new_won))), ctypes.create_string_buffer(2048)
    check(LIBRARY.partner_frequency_model_predict(model, ctypes.byref(test), ctypes.c_void_p(address(p)), error), error)
    LIBRARY.partner_frequency_model_free(model)
    return p


def one_hot(columns):
    """The first level in string order is left out."""
    return [
        array.array("d", (float(one == level) for one in column))
        for column in columns
        for level in sorted(set(column))[1:]
    ]


def table(*path):
    with gzip.open(os.path.join(REAL_DATA, *path), "rt", encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def pick(columns, rows):
    return [[column[i] for i in rows] for column in columns]


class Winloss:
    """The file, its folds (the i-th row of each outcome in fold i mod 5), and figures as means over the folds."""

    def __init__(self, route=None):
        self.rows = [
            row for row in table("winloss", "Sales-Win-Loss.csv.gz") if route in (None, row["Route To Market"])
        ]
        self.won = [row["Opportunity Result"] == "Won" for row in self.rows]
        seen, self.fold = {True: 0, False: 0}, []
        for won in self.won:
            self.fold.append(seen[won] % FOLDS)
            seen[won] += 1
        self.fields = [[row[field] for row in self.rows] for field in ENTRY]
        self.columns = one_hot(self.fields)
        self.log_amount = array.array("d", (math.log1p(float(row["Opportunity Amount USD"])) for row in self.rows))

    def over_folds(self, probabilities):
        """probabilities(training rows, test rows)."""
        figures = []
        for fold in range(FOLDS):
            train = [i for i, one in enumerate(self.fold) if one != fold]
            test = [i for i, one in enumerate(self.fold) if one == fold]
            figures.append(measure([self.won[i] for i in test], probabilities(train, test)))
        return [math.fsum(figure) / FOLDS for figure in zip(*figures)]

    def ridge(self, columns):
        whole = fit(columns, self.won)
        penalty = whole.contents.penalty
        LIBRARY.partner_win_model_free(whole)

        def probabilities(train, test):
            model = fit(pick(columns, train), [self.won[i] for i in train], penalty)
            p = predict(model, pick(columns, test), [self.won[i] for i in test])
            LIBRARY.partner_win_model_free(model)
            return p

        return self.over_folds(probabilities)

    def bayes(self):
        return self.over_folds(
            lambda train, test: naive_bayes(
                pick(self.fields, train),
                [self.won[i] for i in train],
                pick(self.fields, test),
                [self.won[i] for i in test],
            )
        )

    def constant(self):
        return self.over_folds(lambda train, test: [sum(self.won[i] for i in train) / len(train)] * len(test))


@unittest.skipUnless(REAL_DATA, "PARTNER_REAL_DATA is not set")
class WinlossFigures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = Winloss()

    def assert_figures(self, found, log_loss, auc):
        self.assertAlmostEqual(found[0], log_loss, delta=1e-4)
        self.assertAlmostEqual(found[1], auc, delta=1e-4)

    def test_rows(self):
        self.assertEqual((sum(self.data.won), len(self.data.won)), (17627, 78025))

    def test_constant(self):
        self.assert_figures(self.data.constant(), 0.53429, 0.5)

    def test_naive_bayes(self):
        self.assert_figures(self.data.bayes(), 0.45288, 0.75041)

    def test_ridge(self):
        self.assert_figures(self.data.ridge(self.data.columns), 0.44649, 0.75870)

    def test_ridge_with_amount(self):
        self.assert_figures(self.data.ridge([*self.data.columns, self.data.log_amount]), 0.44366, 0.76319)

    def test_minimum(self):
        """The gradient, over the few columns in which each row is 1. A distance from the minimum is at most the norm
        of the gradient over the least curvature, which is the penalty."""
        columns, won, penalty = self.data.columns, self.data.won, 0.000161408
        model = fit(columns, won, penalty)
        n, terms = len(won), model.contents.terms
        beta, raw = model.contents.coefficient, model.contents.coefficient_raw
        mean = [math.fsum(column) / n for column in columns]
        sigma = [math.sqrt(m * (1 - m)) for m in mean]
        odds = (
            array.array("d", [model.contents.intercept - math.fsum(beta[j] / sigma[j] * mean[j] for j in range(terms))])
            * n
        )
        for j, column in enumerate(columns):
            self.assertAlmostEqual(raw[j], beta[j] / sigma[j], delta=1e-10)
            for i, x in enumerate(column):
                if x:
                    odds[i] += beta[j] / sigma[j]
        off = [1 / (1 + math.exp(-z)) - y for z, y in zip(odds, won)]
        all_off = math.fsum(off)
        gradient = [all_off / n]
        for j, column in enumerate(columns):
            own = math.fsum(r for r, x in zip(off, column) if x)
            gradient.append((own - mean[j] * all_off) / sigma[j] / n + penalty * beta[j])
        self.assertLess(math.hypot(*gradient) / penalty, 1e-6)
        self.compare_with_scikit_learn(model, columns, penalty, mean, sigma)
        LIBRARY.partner_win_model_free(model)

    def compare_with_scikit_learn(self, model, columns, penalty, mean, sigma):
        try:
            import numpy as np
            from sklearn.linear_model import LogisticRegression
        except ImportError:
            return
        z = np.array([(np.array(column) - m) / s for column, m, s in zip(columns, mean, sigma)]).T
        other = LogisticRegression(C=1 / (penalty * len(z)), solver="newton-cholesky", tol=1e-12).fit(z, self.data.won)
        self.assertAlmostEqual(model.contents.intercept, other.intercept_[0], delta=1e-6)
        for own, theirs in zip(model.contents.coefficient[: model.contents.terms], other.coef_[0]):
            self.assertAlmostEqual(own, theirs, delta=1e-6)

    def test_columns_as_at_closing_leak(self):
        columns = [[float(row[field]) for row in self.data.rows] for field in AT_CLOSING]
        self.assertGreater(self.data.ridge(columns)[1], 0.8)


@unittest.skipUnless(REAL_DATA, "PARTNER_REAL_DATA is not set")
class CrmSales(unittest.TestCase):
    """Trained on the deals closed by 2017-09-30, tested on those opened after it, with what is known at opening."""

    @classmethod
    def setUpClass(cls):
        sectors = {row["account"]: row["sector"] for row in table("crm_sales", "accounts.csv.gz")}
        prices = {row["product"]: float(row["sales_price"]) for row in table("crm_sales", "products.csv.gz")}
        teams = {row["sales_agent"]: row for row in table("crm_sales", "sales_teams.csv.gz")}
        split = datetime.date(2017, 9, 30).isoformat()
        rows = [row for row in table("crm_sales", "sales_pipeline.csv.gz") if row["deal_stage"] in ("Won", "Lost")]
        known = []
        for row in rows:
            team = teams[row["sales_agent"]]
            product = {"GTXPro": "GTX Pro"}.get(row["product"], row["product"])
            sector = sectors.get(row["account"], "")
            known.append((row["sales_agent"], product, sector, team["manager"], team["regional_office"]))
        cls.fields = [list(column) for column in zip(*known)]
        cls.columns = [*one_hot(cls.fields), [math.log(prices[product]) for product in cls.fields[1]]]
        cls.won = [row["deal_stage"] == "Won" for row in rows]
        cls.train = [i for i, row in enumerate(rows) if row["close_date"] <= split]
        cls.test = [i for i, row in enumerate(rows) if row["engage_date"] > split]

    def labels(self, rows):
        return [self.won[i] for i in rows]

    def test_no_model_to_speak_of(self):
        """The data's README, to its five digits."""
        self.assertEqual((len(self.train), len(self.test)), (4726, 1050))
        won, test = self.labels(self.train), self.labels(self.test)
        constant, _ = measure(test, [sum(won) / len(won)] * len(test))
        model = fit(pick(self.columns, self.train), won)
        ridge, auc = measure(test, predict(model, pick(self.columns, self.test), test))
        LIBRARY.partner_win_model_free(model)
        self.assertAlmostEqual(constant, 0.67316, delta=1e-4)
        self.assertAlmostEqual(ridge, 0.67248, delta=1e-4)
        self.assertAlmostEqual(auc, 0.532, delta=1e-3)

    def test_naive_bayes_is_worse_than_the_constant(self):
        p = naive_bayes(
            pick(self.fields, self.train), self.labels(self.train), pick(self.fields, self.test), self.labels(self.test)
        )
        self.assertGreater(measure(self.labels(self.test), p)[0], 0.67316)


def print_figures():
    """Of resellers alone beside all routes, for the documentation."""
    for name, data in (("all routes", Winloss()), ("Reseller", Winloss("Reseller"))):
        print(f"{name}: {sum(data.won)} of {len(data.won)} won")
        columns = [*data.columns, data.log_amount]
        for title, figures in (
            ("constant", data.constant()),
            ("naive Bayes", data.bayes()),
            ("ridge", data.ridge(data.columns)),
            ("ridge with amount", data.ridge(columns)),
        ):
            print("  {}: log loss {:.5f}, AUC {:.5f}".format(title, *figures))


if __name__ == "__main__":
    LIBRARY = ctypes.CDLL(sys.argv.pop(1))
    if sys.argv[1:] == ["--figures"]:
        print_figures()
    else:
        unittest.main()
