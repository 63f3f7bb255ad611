/* SPDX-License-Identifier: MIT
 * The tail of the integers on standard input, as "name value" lines, for test_tail_data.py:
 *     tail_of [DISCRETE [REPLICATES [SEED [THREADS]]]] */
#include <inttypes.h>
#include <partner/partner.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t *read_all(size_t *rows)
{
    int64_t *amount = NULL, value;
    size_t room = 0;

    for (*rows = 0; scanf("%" SCNd64, &value) == 1; amount[(*rows)++] = value) {
        if (*rows < room) continue;
        room = 2 * room + 1024;
        amount = realloc(amount, room * sizeof *amount);
        if (amount == NULL) abort();
    }
    return amount;
}

static void print_test(const char *name, const double test[3])
{
    printf("%s_R %.17g\n%s_z %.17g\n%s_p %.17g\n", name, test[0], name, test[1], name, test[2]);
}

static void print(const partner_tail *t)
{
    printf("xmin %" PRId64 "\nalpha %.17g\nstandard_error %.17g\n", t->xmin, t->alpha, t->standard_error);
    printf("n %zu\nleft_out %zu\nks %.17g\np %.17g\n", t->n, t->left_out, t->ks, t->p);
    print_test("lognormal", t->against->lognormal);
    print_test("exponential", t->against->exponential);
    printf("lognormal_is_power_law %d\n", t->against->lognormal_is_power_law);
}

int main(int argc, char **argv)
{
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto_options options = PARTNER_PARETO_OPTIONS_INIT;
    partner_tail *tail = NULL;
    partner_error error;
    int64_t *amount = read_all(&amounts.rows);

    if (argc > 1) options.discrete = (uint8_t)atoi(argv[1]);
    if (argc > 2) options.tail_replicates = (uint32_t)strtoul(argv[2], NULL, 10);
    if (argc > 3) options.seed = strtoull(argv[3], NULL, 10);
    if (argc > 4) options.threads = (uint32_t)strtoul(argv[4], NULL, 10);
    amounts.amount = amount;
    if (partner_tail_new(&amounts, &options, &tail, &error) != PARTNER_OK) {
        fprintf(stderr, "%s\n", error.message);
        free(amount);
        return EXIT_FAILURE;
    }
    print(tail);
    partner_tail_free(tail);
    free(amount);
    return EXIT_SUCCESS;
}
