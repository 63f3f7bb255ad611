/* SPDX-License-Identifier: MIT
 * One variable serves all: the logit l = ln x / (1 - x). Its density w = x^a y^b / B(a, b) is symmetric, keeps
 * both ends apart from 0 and 1, and is log-concave, so that ln of either tail is concave and Newton's method
 * converges from anywhere. A tail is w times a power series in x (all of its terms are positive), or w times an
 * integral over a bell or a falling exponential where the series is long. */
#include "beta.h"

#include <math.h>

#include "error.h"
#include "gamma.h"

enum { MOST_TERMS = 4000, MOST_STEPS = 200, ORDER = 12, NODES = 16 };

static const double HALF_LOG_2PI = 0.91893853320467274178032973640562;
static const double LOG_HALF = -0.69314718055994530941723212145818;
static const double SMALLEST = 1e-3, LARGEST = 1e10, LEAST_P = 1e-300;

static const double FARTHEST = 746; /* beyond that logit, x or y is 0 */

/* The positive nodes of the Gauss-Legendre rule of 32 points on (-1, 1), and their weights. */
static const double RULE[NODES][2] = {
    {0.048307665687738316235, 0.096540088514727800567}, {0.14447196158279649349, 0.095638720079274859419},
    {0.23928736225213707454, 0.093844399080804565639},  {0.33186860228212764978, 0.091173878695763884713},
    {0.42135127613063534536, 0.087652093004403811143},  {0.50689990893222939002, 0.083311924226946755222},
    {0.58771575724076232904, 0.078193895787070306472},  {0.66304426693021520098, 0.072345794108848506225},
    {0.73218211874028968039, 0.065822222776361846838},  {0.79448379596794240696, 0.058684093478535547145},
    {0.84936761373256997013, 0.050998059262376176196},  {0.89632115576605212397, 0.042835898022226680657},
    {0.93490607593773968917, 0.034273862913021433103},  {0.96476225558750643077, 0.025392065309262059456},
    {0.9856115115452683354, 0.016274394730905670605},   {0.99726386184948156354, 0.0070186100094700966004},
};

/* The distribution */

/* -ln B(a, b) of moderate a and b. */
static double log_front_plain(double a, double b, double n)
{
    double of_a, of_b, of_n, whole;

    whole =
        partner__log_gamma_and(n, &of_n) - partner__log_gamma_and(a, &of_a) - partner__log_gamma_and(b, &of_b);
    return whole + log(of_a * of_b / of_n);
}

/* Where a or b is small, ln of either tail may be as small: ln s B(s, large) has to have its digits. */
static void take_small(partner__beta *t, double s, double large)
{
    double log_smaller = partner__log_gamma_step(large, s) - partner__log_gamma_step(1, s);
    double log_other = log_smaller + log(s / large);

    t->log_below = s == t->a ? log_smaller : log_other;
    t->log_above = s == t->a ? log_other : log_smaller;
    t->log_front = log_smaller + log(s);
}

partner__beta partner__beta_of(double a, double b)
{
    partner__beta t = {.a = a, .b = b, .n = a + b};
    double smaller = a < b ? a : b;

    if (t.n <= 32 && smaller >= 0.25) {
        t.log_front = log_front_plain(a, b, t.n);
        if (a <= 1) t.log_below = t.log_front - log(a);
        if (b <= 1) t.log_above = t.log_front - log(b);
    } else if (smaller <= 1) {
        take_small(&t, smaller, a < b ? b : a);
    } else {
        t.peaked = 1;
        t.log_front = 0.5 * log(a * (b / t.n)) - HALF_LOG_2PI + partner__stirling_rest(t.n) -
                      partner__stirling_rest(a) - partner__stirling_rest(b);
    }
    return t;
}

partner__beta_place partner__beta_place_of(double x, double y)
{
    partner__beta_place p = {x, y, log(x / y)};
    return p;
}

static partner__beta_place place_at(double logit)
{
    double e = exp(-fabs(logit)), more = 1 / (1 + e);
    partner__beta_place p = {logit <= 0 ? e * more : more, logit <= 0 ? more : e * more, logit};

    return p;
}

/* ln value / peak, off = value - peak. Near the peak the quotient has lost what `off` still tells. */
static double log_part(double value, double peak, double off)
{
    return fabs(off) < peak / 2 ? log1p(off / peak) : log(value / peak);
}

/* ln w less log_front. */
static double log_core(const partner__beta *t, const partner__beta_place *p)
{
    double a_part, b_part, off;

    if (!t->peaked)
        return p->logit <= 0 ? t->a * p->logit + t->n * log1p(-p->x) : t->n * log1p(-p->y) - t->b * p->logit;
    a_part = t->a / t->n;
    b_part = t->b / t->n;
    off = a_part <= 0.5 ? p->x - a_part : b_part - p->y;
    return t->a * log_part(p->x, a_part, off) + t->b * log_part(p->y, b_part, -off);
}

/* Tails */

/* A tail as the lower one of Beta(a, b) at x: either as it is or with all turned round. */
typedef struct side {
    double a, b, n, x, y;
    double log_front, log_tail_front; /* the latter for a <= 1: with 1 / a in it */
} side;

static side side_of(const partner__beta *t, const partner__beta_place *p, int above)
{
    side lower = {t->a, t->b, t->n, p->x, p->y, t->log_front, t->log_below};
    side upper = {t->b, t->a, t->n, p->y, p->x, t->log_front, t->log_above};

    return above ? upper : lower;
}

/* Whether the series below ends within some 250 terms. */
static int has_short_series(const side *s)
{
    return s->x <= 0.75 && (s->n * s->x <= 0.8 * (s->a + 1) || (s->a + 1) * s->n <= 800 * s->b);
}

/* P(X <= x) = w / a (1 + (a + b) / (a + 1) x (1 + (a + b + 1) / (a + 2) x (1 + ...: what is in the brackets, by
 * two terms at a time, for one division. */
static double series(const side *s)
{
    double sum = 1, term = 1, over = s->n, under = s->a + 1;

    for (int k = 0; k < MOST_TERMS && term > sum * 1e-17; k += 2) {
        double inverse = 1 / (under * (under + 1)), one = s->x * over * (under + 1);
        double two = s->x * over * (s->x * (over + 1));

        sum += term * ((one + two) * inverse);
        term *= two * inverse;
        over += 2;
        under += 2;
    }
    return sum;
}

/* ln w(l - s) / w(l). */
static double log_fall(const side *s, double step)
{
    if (s->x <= 0.5) return -s->a * step - s->n * log1p(s->x * expm1(-step));
    return s->b * step - s->n * log1p(s->y * expm1(step));
}

/* How far down w falls to e^-40. That falls ever faster, so Newton's method comes from beyond. */
static double reach(const side *s)
{
    double slope = s->a * s->y - s->b * s->x, bend = s->n * s->x * s->y;
    double step = 80 / (slope + sqrt(slope * slope + 80 * bend));

    for (int i = 0; i < 2; i++) {
        double fall = log_fall(s, step), part = s->x / (s->x + s->y * exp(step));
        step -= (fall + 40) / (s->n * part - s->a);
    }
    return step;
}

/* The same as an integral over the density below x, which falls from x on when x is below the peak. */
static double integral(const side *s)
{
    double half = reach(s) / 2, sum = 0;

    for (int i = 0; i < NODES; i++)
        sum += RULE[i][1] *
               (exp(log_fall(s, half * (1 - RULE[i][0]))) + exp(log_fall(s, half * (1 + RULE[i][0]))));
    return sum * half;
}

typedef struct tail {
    double log_tail, ratio; /* to w */
    int above;              /* whether the tail is P(X > x) */
} tail;

static tail tail_of_series(const side *s, double core, int above)
{
    double sum = series(s), ratio = sum / s->a;
    tail r = {core + (s->a <= 1 ? s->log_tail_front + log(sum) : s->log_front + log(ratio)), ratio, above};

    return r;
}

static tail tail_of_integral(const side *s, double core, int above)
{
    double ratio = integral(s);
    tail r = {core + s->log_front + log(ratio), ratio, above};

    return r;
}

/* The tail away from the peak; or the other one, when the first would take long and that one has a short
 * series: it is not near 1 there, unless b is small, when it has the digits for that. */
static tail tail_at(const partner__beta *t, const partner__beta_place *p, double core)
{
    int above = t->n * p->x > t->a;
    side s = side_of(t, p, above), other;

    if (has_short_series(&s)) return tail_of_series(&s, core, above);
    other = side_of(t, p, !above);
    if (other.x < 0.25 && other.n * other.x <= other.a + 1 && has_short_series(&other))
        return tail_of_series(&other, core, !above);
    return tail_of_integral(&s, core, above);
}

void partner__beta_tails(const partner__beta *t, partner__beta_place place, double *below, double *above)
{
    tail r = tail_at(t, &place, log_core(t, &place));
    double log_tail = r.log_tail > 0 ? 0 : r.log_tail, one = exp(log_tail), other = -expm1(log_tail);

    *below = r.above ? other : one;
    *above = r.above ? one : other;
}

/* Quantiles */

/* Abramowitz & Stegun 26.2.23, and one step of Newton's. */
static double normal_quantile(double log_tail)
{
    double t = sqrt(-2 * log_tail), z, of_z;

    z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    of_z = log(erfc(z * sqrt(0.5)) / 2);
    return z + (of_z - log_tail) * exp(of_z + z * z / 2 + HALF_LOG_2PI);
}

partner__beta_goal partner__beta_goal_of(double p)
{
    partner__beta_goal g = {.log_below = log(p), .log_above = log1p(-p), .upper = p > 0.5};

    g.log_tail = g.upper ? g.log_above : g.log_below;
    g.z = normal_quantile(g.log_tail);
    if (!g.upper) g.z = -g.z;
    return g;
}

/* The first five cumulants of ln of a gamma variable: psi(a) and its derivatives, as series in 1 / (a - 1/2)
 * from 3 on. The logarithm of the first is left to the caller. */
static double gamma_cumulants(double a, double k[5])
{
    double v, square;

    for (int i = 0; i < 5; i++) k[i] = 0;
    for (; a < 3; a++) {
        v = 1 / a;
        square = v * v;
        k[0] -= v;
        k[1] += square;
        k[2] -= 2 * v * square;
        k[3] += 6 * square * square;
        k[4] -= 24 * v * square * square;
    }
    v = 1 / (a - 0.5);
    square = v * v;
    k[0] += square * (1.0 / 24 - square * (7.0 / 960));
    k[1] += v * (1 - square * (1.0 / 12 - square * (7.0 / 240)));
    k[2] -= square * (1 - square * (0.25 - square * (7.0 / 48)));
    k[3] += v * square * (2 - square * (1 - square * 0.875));
    k[4] -= square * square * (6 - square * (5 - square * 6.125));
    return a - 0.5;
}

/* Cornish & Fisher's expansion of the logit, which is the difference of two such variables. */
static double normal_guess(const partner__beta *t, double z)
{
    double of_a[5], of_b[5], far, spread, skew, peaks, fifth, square = z * z, w;

    far = gamma_cumulants(t->a, of_a);
    far /= gamma_cumulants(t->b, of_b);
    spread = sqrt(of_a[1] + of_b[1]);
    skew = (of_a[2] - of_b[2]) / (spread * spread * spread);
    peaks = (of_a[3] + of_b[3]) / (spread * spread * spread * spread);
    fifth = (of_a[4] - of_b[4]) / (spread * spread * spread * spread * spread);
    w = z + skew * (square - 1) / 6;
    if (fabs(z) < 3)
        w += peaks * z * (square - 3) / 24 - skew * skew * z * (2 * square - 5) / 36 +
             fifth * (square * (square - 6) + 3) / 120 - skew * peaks * (square * (square - 5) + 2) / 24 +
             skew * skew * skew * (square * (12 * square - 53) + 17) / 324;
    return log(far) + of_a[0] - of_b[0] + spread * w;
}

/* Near an end where a or b is small a tail is a power; elsewhere the logit is about normal. */
static double first_guess(const partner__beta *t, const partner__beta_goal *goal)
{
    double logit;

    if (t->a <= 1) {
        logit = (goal->log_below - t->log_below) / t->a;
        if (logit < log(0.1 / (t->b + 1))) return logit;
    }
    if (t->b <= 1) {
        logit = (goal->log_above - t->log_above) / t->b;
        if (logit < log(0.1 / (t->a + 1))) return -logit;
    }
    logit = normal_guess(t, goal->z);
    return fabs(logit) < FARTHEST / 2 ? logit : 0;
}

/* Turns a tail into the one that the goal is about. */
static void turn_to_goal(tail *r, int upper, double log_density)
{
    double log_tail = r->log_tail > 0 ? 0 : r->log_tail;

    if (r->above == upper) return;
    r->above = upper;
    r->log_tail = log_tail > LOG_HALF ? log(-expm1(log_tail)) : log1p(-exp(log_tail));
    r->ratio = exp(r->log_tail - log_density);
}

/* Coefficient k of f g and of f h. */
static void products(const double *f, const double *g, const double *h, int k, double *fg, double *fh)
{
    double of_g = 0, of_h = 0;

    for (int i = 0; i <= k; i++) {
        of_g += f[i] * g[k - i];
        of_h += f[i] * h[k - i];
    }
    *fg = of_g;
    *fh = of_h;
}

/* How much the logit changes when ln of the tail changes by h: Taylor's series of the inverse function, from
 * its differential equations l' = r, r' = r (1 - g r), where r = tail / slope and g = a - n x is the slope of
 * ln w; c' = -2 r v and v' = r v c go with them for c = 1 - 2 x and v = x y. *done says that no further term
 * counts. Where the series does not converge, or not for sure (its radius is below pi), it is Newton's step. */
static double series_step(const partner__beta *t, const partner__beta_place *p, double r0, double h, int *done)
{
    double r[ORDER + 1], g[ORDER + 1], c[ORDER + 1], v[ORDER + 1], rv[ORDER + 1], rg[ORDER + 1];
    double sum = 0, term = 0, newton = h * r0, before, rrg, rvc, unused;
    const double enough = 2e-15;

    *done = 0;
    if (fabs(newton) > 1) return newton;
    r[0] = r0;
    g[0] = t->a * p->y - t->b * p->x;
    c[0] = p->y - p->x;
    v[0] = p->x * p->y;
    for (int k = 0; k < ORDER; k++) {
        double scale = h / (k + 1);

        before = term;
        term = scale * r[k];
        sum += term;
        *done = k > 0 && fabs(term) <= enough && fabs(before) <= enough;
        if (*done) return sum;
        if (k > 1 && !(fabs(term) < fabs(newton))) break;
        products(r, v, g, k, &rv[k], &rg[k]);
        products(r, rg, rg, k, &rrg, &unused);
        products(rv, c, c, k, &rvc, &unused);
        r[k + 1] = scale * (r[k] - rrg);
        v[k + 1] = scale * rvc;
        c[k + 1] = -2 * scale * rv[k];
        g[k + 1] = t->n / 2 * c[k + 1];
    }
    return fabs(term) < 1e-3 * fabs(newton) ? sum : newton;
}

double partner__beta_quantile_of(const partner__beta *t, const partner__beta_goal *goal)
{
    double low = -FARTHEST, high = FARTHEST, logit = first_guess(t, goal);

    if (logit <= low) return 0;
    if (logit >= high) return 1;
    for (int i = 0; i < MOST_STEPS; i++) {
        partner__beta_place p = place_at(logit);
        double core = log_core(t, &p), h;
        tail r = tail_at(t, &p, core);
        int done = 0;

        turn_to_goal(&r, goal->upper, t->log_front + core);
        h = goal->log_tail - r.log_tail;
        if ((h > 0) == !goal->upper) low = logit;
        else high = logit;
        logit += series_step(t, &p, goal->upper ? -r.ratio : r.ratio, h, &done);
        if (done) return place_at(logit).x;
        if (!(logit > low && logit < high)) {
            logit = low / 2 + high / 2;
            if (high - low < 1e-15 * FARTHEST) return place_at(logit).x;
        }
    }
    return NAN;
}

/* With arguments checked */

static partner_status check_parameters(const char *what, double a, double b, partner_error *error)
{
    if (a >= SMALLEST && a <= LARGEST && b >= SMALLEST && b <= LARGEST) return PARTNER_OK;
    return partner__fail(error, PARTNER_E_ARGUMENT, "%s: a and b are %g and %g, expected %g to %g", what, a, b,
                         SMALLEST, LARGEST);
}

static partner_status tails(const char *what, double x, double a, double b, double *below, double *above,
                            partner_error *error)
{
    partner_status status = check_parameters(what, a, b, error);
    partner__beta t;

    if (status != PARTNER_OK) return status;
    if (!(x >= 0 && x <= 1))
        return partner__fail(error, PARTNER_E_ARGUMENT, "%s: x is %g, expected 0 to 1", what, x);
    *below = x;
    *above = 1 - x;
    if (x == 0 || x == 1) return PARTNER_OK;
    t = partner__beta_of(a, b);
    partner__beta_tails(&t, partner__beta_place_of(x, 1 - x), below, above);
    return PARTNER_OK;
}

partner_status partner__beta_below(double x, double a, double b, double *p, partner_error *error)
{
    double below = 0, above = 0;
    partner_status status = tails("beta_below", x, a, b, &below, &above, error);

    if (status == PARTNER_OK) *p = below;
    return status;
}

partner_status partner__beta_above(double x, double a, double b, double *p, partner_error *error)
{
    double below = 0, above = 0;
    partner_status status = tails("beta_above", x, a, b, &below, &above, error);

    if (status == PARTNER_OK) *p = above;
    return status;
}

partner_status partner__beta_quantile(double p, double a, double b, double *x, partner_error *error)
{
    partner_status status = check_parameters("beta_quantile", a, b, error);
    partner__beta t;
    partner__beta_goal goal;
    double found;

    if (status != PARTNER_OK) return status;
    if (!(p >= LEAST_P && p < 1))
        return partner__fail(error, PARTNER_E_ARGUMENT, "beta_quantile: p is %g, expected %g to 1", p, LEAST_P);
    t = partner__beta_of(a, b);
    goal = partner__beta_goal_of(p);
    found = partner__beta_quantile_of(&t, &goal);
    if (isnan(found))
        return partner__fail(error, PARTNER_E_CONVERGENCE,
                             "beta_quantile: none found for p = %g of Beta(%g, %g)", p, a, b);
    *x = found;
    return PARTNER_OK;
}
