/* SPDX-License-Identifier: MIT
 * The tally loader: any bytes are refused or give a tally that works like any other.
 * The first byte says whether the rest is taken as it is (even) or as the body under a right head and checksum.
 */
#include "sealed.h"
#include "totals/tally.h"

/* Totals have a line per partner: what says that it has more than these is not read out here. */
enum { MOST_LINES = 1 << 20 };

static void take_head(uint8_t head[FUZZ_HEAD])
{
    partner_tally *tally = NULL;
    partner_bytes *bytes = NULL;
    partner_error error;

    if (!fuzz_ok(partner_tally_new(NULL, &tally, &error), &error)) abort();
    if (!fuzz_ok(partner_tally_save(tally, NULL, &bytes, &error), &error)) abort();
    memcpy(head, bytes->bytes, FUZZ_HEAD);
    partner_bytes_free(bytes);
    partner_tally_free(tally);
}

/* Saved and loaded again it is the same tally. */
static void save_and_load(const partner_tally *tally)
{
    partner_bytes *first = NULL, *second = NULL;
    partner_tally *again = NULL;
    partner_error error;

    fuzz_demand(fuzz_ok(partner_tally_save(tally, NULL, &first, &error), &error),
                "a loaded tally can be saved");
    fuzz_demand(fuzz_ok(partner_tally_load(first->bytes, first->length, NULL, &again, &error), &error),
                "what was saved can be loaded");
    fuzz_demand(fuzz_ok(partner_tally_save(again, NULL, &second, &error), &error), "and saved again");
    fuzz_demand(first->length == second->length && memcmp(first->bytes, second->bytes, first->length) == 0,
                "saving, loading and saving gives the same bytes");
    partner_bytes_free(first);
    partner_bytes_free(second);
    partner_tally_free(again);
}

static void use(partner_tally *tally)
{
    static const uint32_t who[] = {0, 1};
    static const int64_t amount[] = {5, -3};
    static const int32_t day[] = {0, 19000};
    partner_sales sales = PARTNER_SALES_INIT;
    partner_totals *totals = NULL;
    partner_error error;

    save_and_load(tally);
    sales.rows = 2;
    sales.partner = who;
    sales.amount = amount;
    sales.day = day;
    fuzz_ok(partner_tally_add(tally, &sales, &error), &error);
    fuzz_ok(partner_tally_merge(tally, tally, NULL, 0, &error), &error);
    if (tally->partners <= MOST_LINES && tally->size <= MOST_LINES &&
        fuzz_ok(partner_totals_from_tally(tally, NULL, &totals, &error), &error)) {
        fuzz_demand(totals->active <= totals->partners, "no more active partners than there are");
        for (size_t i = 0; i < totals->partners; i++) {
            fuzz_demand(totals->gross[i] >= 0 && totals->returned[i] >= 0,
                        "sums of magnitudes are not negative");
            fuzz_demand(totals->revenue[i] == totals->gross[i] - totals->returned[i],
                        "revenue = gross - returned");
            fuzz_demand(totals->first_day[i] <= totals->last_day[i], "the first day is not after the last");
        }
    }
    partner_totals_free(totals);
    save_and_load(tally);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t head[FUZZ_HEAD];
    fuzz_input in = {data, size};
    partner_tally *tally = NULL;
    partner_error error;
    uint8_t *sealed = NULL;
    const uint8_t *bytes;
    size_t length;

    if (head[0] == 0) take_head(head);
    if (fuzz_u8(&in) % 2 == 0) {
        bytes = in.at;
        length = in.left;
    } else {
        bytes = sealed = fuzz_seal(head, &in, &length);
    }
    if (fuzz_ok(partner_tally_load(bytes, length, NULL, &tally, &error), &error)) use(tally);
    partner_tally_free(tally);
    free(sealed);
    return 0;
}
