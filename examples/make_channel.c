/* SPDX-License-Identifier: MIT
 * Makes the sample channel: two years of sales, 2024 and 2025, of an invented software vendor through 400
 * invented partners.
 *
 *     make_channel FOLDER [SEED]        writes sales.csv, partners.csv, events.csv, deals.csv, milestones.csv,
 *                                       claims.csv, interactions.csv and alignment.csv into FOLDER
 *
 * What it imitates: few partners sell most (a Pareto tail), quarters end in a rush, August and late December
 * are quiet, nobody orders on weekends, about 3 % of rows are credit notes, partners join, fade, leave, or
 * never sell at all, and some belong to others. The events of its loyalty program are in make_events.c,
 * its pipeline in make_deals.c, what the vendor does with its partners in make_interactions.c.
 *
 * All arithmetic is on integers, so a seed gives the same bytes on every machine. */
#include "make_channel.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    ENROLLED_BEFORE = 330, /* partners 0 … 329 joined before 2024, the others in these two years */
    FAMILIES = 6,
    COUNTRIES = 10,
    SURNAMES = 8,
    TRADES = 6,
    CITIES = 4,
    NAMES = COUNTRIES * SURNAMES * TRADES,
    NAME_SIZE = 128,
    FOREVER = 1000000
};

/* ---- random numbers: SplitMix64 (Steele, Lea & Flood 2014) ---- */

static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* A number from low to high, both included; every one equally likely. */
int64_t between(uint64_t *state, int64_t low, int64_t high)
{
    uint64_t width = (uint64_t)(high - low) + 1;
    uint64_t limit = UINT64_MAX - UINT64_MAX % width;
    uint64_t x = draw(state);

    while (x >= limit) x = draw(state);
    return low + (int64_t)(x % width);
}

int chance(uint64_t *state, int64_t per_mille) { return between(state, 1, 1000) <= per_mille; }

static void shuffle(uint64_t *state, int *items, int count)
{
    for (int i = count - 1; i > 0; i--) {
        int j = (int)between(state, 0, i);
        int keep = items[i];

        items[i] = items[j];
        items[j] = keep;
    }
}

/* The square root, rounded down. */
static uint64_t root(uint64_t x)
{
    uint64_t low = 0, high = UINT64_C(1) << 32;

    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;

        if (middle * middle <= x) low = middle;
        else high = middle;
    }
    return low;
}

/* ---- names: invented, in the letters of their countries ---- */

typedef struct country {
    const char *before, *after; /* the legal form */
    const char *surname[SURNAMES];
    const char *trade[TRADES];
    const char *city[CITIES];
} country;

static const country countries[COUNTRIES] = {
    {"",
     " GmbH",
     {"Größl", "Müthel", "Jänicke", "Weißkopf", "Tröndle", "Hübsch", "Käferlein", "Böttiger"},
     {"Datentechnik", "Systemhaus", "Netzwerke", "Software", "IT-Beratung", "Bürotechnik"},
     {"Köln", "Graz", "Zürich", "Lübeck"}},
    {"",
     " SARL",
     {"Crépin", "Lefaucheur", "Béranger", "Thévenot", "Gaudréau", "Françoys", "Noëlle", "Hervieux"},
     {"Informatique", "Réseaux", "Conseil", "Logiciels", "Bureautique", "Télécom"},
     {"Orléans", "Besançon", "Nîmes", "Lille"}},
    {"",
     " S.L.",
     {"Ibáñez", "Peñalver", "Quiñones", "Gárate", "Munárriz", "Ordóñez", "Echeverría", "Zúñiga"},
     {"Sistemas", "Redes", "Informática", "Soluciones", "Ofimática", "Datos"},
     {"Málaga", "León", "Cádiz", "A Coruña"}},
    {"",
     " AB",
     {"Åkerlind", "Sjöqvist", "Hällgren", "Öhrström", "Bäckvall", "Lindfors", "Nyhöjd", "Törnblad"},
     {"Data", "System", "Nätverk", "Konsult", "Programvara", "Kontor"},
     {"Göteborg", "Malmö", "Umeå", "Örebro"}},
    {"",
     " A/S",
     {"Søndergård", "Kjærbøl", "Ravnsø", "Nørlund", "Bækmark", "Østerlund", "Grønvang", "Højfeldt"},
     {"Data", "IT", "Netværk", "Rådgivning", "Software", "Kontorteknik"},
     {"Århus", "Ålborg", "Køge", "Bergen"}},
    {"",
     " Sp. z o.o.",
     {"Świątek", "Żurawicz", "Łączny", "Dąbczak", "Gołębiak", "Kędziorek", "Źródlak", "Śmiałko"},
     {"Systemy", "Sieci", "Informatyka", "Oprogramowanie", "Doradztwo", "Dane"},
     {"Łódź", "Kraków", "Poznań", "Gdańsk"}},
    {"",
     " s.r.o.",
     {"Dvořáček", "Růžek", "Šťastníček", "Žďárek", "Čermáček", "Křenek", "Vávrů", "Hloušek"},
     {"Data", "Systémy", "Sítě", "Poradenství", "Software", "Kanceláře"},
     {"Plzeň", "Třebíč", "Žilina", "Košice"}},
    {"ТОВ ",
     "",
     {"Коваленюк", "Шевчишин", "Ґалаґанець", "Їжакевич", "Бондарик", "Тимчишак", "Яремків", "Єлизарко"},
     {"Софт", "Мережі", "Системи", "Консалтинг", "Дані", "Телеком"},
     {"Київ", "Львів", "Чернівці", "Одеса"}},
    {"",
     " Α.Ε.",
     {"Παπαδήμας", "Κοντογιάννος", "Ξενάριος", "Βλαχίδης", "Μαυρέας", "Λυμπέρης", "Ζήσιμος", "Ψαρράκος"},
     {"Πληροφορική", "Δίκτυα", "Λογισμικό", "Συστήματα", "Σύμβουλοι", "Δεδομένα"},
     {"Αθήνα", "Πάτρα", "Βόλος", "Χανιά"}},
    {"",
     " Ltd",
     {"Ashcombe", "Birtwhistle", "Copplestone", "Dunwoodie", "Elphick", "Fothergale", "Greatorix",
      "Hathersage"},
     {"Systems", "Networks", "Software", "Consulting", "Office", "Data"},
     {"Leeds", "Bristol", "Cardiff", "Galway"}},
};

/* ---- partners ---- */

static const char *const type_names[TYPES] = {"Distributor", "System integrator", "Managed service provider",
                                              "Reseller", "Agent"};
static const int type_weight[TYPES] = {30, 18, 14, 10, 5}; /* sizes in tenths of a reseller's */
static const int large_types[TYPES] = {45, 30, 20, 5, 0};  /* per cent, among the largest tenth */
static const int usual_types[TYPES] = {3, 15, 16, 48, 18}; /* and among the others */

static void name_partners(uint64_t *state, channel_partner *partners)
{
    int pick[NAMES];

    for (int i = 0; i < NAMES; i++) pick[i] = i;
    shuffle(state, pick, NAMES);
    for (int i = 0; i < PARTNERS; i++) partners[i].name = pick[i];
}

static void compose_name(const channel_partner *partner, char name[NAME_SIZE])
{
    const country *home = &countries[partner->name / (SURNAMES * TRADES)];
    const char *surname = home->surname[partner->name / TRADES % SURNAMES];
    const char *trade = home->trade[partner->name % TRADES];
    const char *city = partner->city == NONE ? "" : home->city[partner->city];

    snprintf(name, NAME_SIZE, "%s%s %s%s%s%s", home->before, surname, trade, home->after, *city ? ", " : "",
             city);
}

static int draw_type(uint64_t *state, const int percent[TYPES])
{
    int64_t x = between(state, 1, 100);
    int type = 0;

    while (x > percent[type]) x -= percent[type++];
    return type;
}

/* The size of the seller at `place` of `count`, in thousandths of the smallest: a Pareto quantile with exponent
 * 4/3, u^(-3/4), at a random point of the place's own slice of (0, 1), so that one draw is not the channel. */
static uint64_t draw_size(uint64_t *state, int place, int count)
{
    uint64_t slice = (UINT64_C(1) << 40) / (uint64_t)count;
    uint64_t u = slice * (uint64_t)place + (uint64_t)between(state, (int64_t)(slice / 4), (int64_t)slice);
    uint64_t half = root(u << 20), quarter = root(half << 30); /* u^(1/2), u^(1/4), each times 2^30 */

    return (UINT64_C(1) << 60) / (half * quarter / 1000);
}

static void size_partner(uint64_t *state, channel_partner *partner, uint64_t size)
{
    uint64_t weighted = size * (uint64_t)type_weight[partner->type] / 10;
    int64_t scale = (int64_t)root(weighted * 1000); /* 1000 at the smallest reseller */

    partner->orders = 55 * scale;
    partner->value = 160 * scale + between(state, 0, 80 * scale);
    partner->trend = between(state, -450, 350);
    partner->trend += between(state, -150, 500);
}

/* When the partner joined, left, and sold. */
static void place_in_time(uint64_t *state, channel_partner *partner, int i)
{
    if (i < ENROLLED_BEFORE) {
        partner->joined = chance(state, 850) ? (int)-between(state, 30, 4000) : NONE;
        partner->sells_from = 0;
    } else {
        partner->joined = (int)between(state, i < ENROLLED_BEFORE + 25 ? 20 : YEAR_2, DAYS - 40);
        partner->sells_from = partner->joined + (int)between(state, 10, 100);
    }
    partner->left = NONE;
    partner->sells_to = FOREVER;
    if (i >= ENROLLED_BEFORE) return;
    if (chance(state, 110)) {
        partner->left = (int)between(state, 60, DAYS - 10);
        partner->sells_to = partner->left - (int)between(state, 0, 120);
    } else if (chance(state, 70)) { /* stopped without a word: still enrolled */
        partner->sells_to = (int)between(state, 100, 650);
    }
}

/* Who never sells: one in four of the old ones, one in eight of the new ones. The others get their sizes. */
static void place_by_size(uint64_t *state, channel_partner *partners)
{
    int sellers[PARTNERS], count = 0;

    for (int i = 0; i < PARTNERS; i++)
        if (!chance(state, i < ENROLLED_BEFORE ? 250 : 125)) sellers[count++] = i;
    shuffle(state, sellers, count);
    for (int place = 0; place < count; place++) {
        channel_partner *partner = &partners[sellers[place]];

        if (place * 10 < count) partner->type = draw_type(state, large_types);
        size_partner(state, partner, draw_size(state, place, count));
    }
}

/* Families of a parent and two to four others: branches under the parent's name, each in a city of its own. */
static void make_families(uint64_t *state, channel_partner *partners)
{
    int used[PARTNERS] = {0};

    for (int family = 0; family < FAMILIES; family++) {
        int parent, members = (int)between(state, 2, 4);

        do {
            parent = (int)between(state, 0, ENROLLED_BEFORE - 1);
        } while (used[parent] || partners[parent].type > INTEGRATOR || partners[parent].left != NONE);
        used[parent] = 1;
        for (int city = 0; city < members; city++) {
            int child;

            do {
                child = (int)between(state, 0, ENROLLED_BEFORE - 1);
            } while (used[child] || partners[child].type == DISTRIBUTOR);
            used[child] = 1;
            partners[child].parent = parent;
            partners[child].name = partners[parent].name;
            partners[child].city = city;
        }
    }
}

static void make_partners(uint64_t *state, channel_partner *partners)
{
    memset(partners, 0, PARTNERS * sizeof *partners);
    name_partners(state, partners);
    for (int i = 0; i < PARTNERS; i++) {
        partners[i].parent = NONE;
        partners[i].city = NONE;
        partners[i].type = draw_type(state, usual_types);
        place_in_time(state, &partners[i], i);
    }
    place_by_size(state, partners);
    make_families(state, partners);
}

/* ---- the calendar ---- */

static int days_in_month(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && year % 4 == 0 ? 29 : days[month - 1];
}

/* The date of a day counted from 2024-01-01, for the years around it (1901 … 2099). */
date date_of(int day)
{
    date when = {2024, 1, 1};

    for (; day < 0; day += days_in_month(when.year, when.month)) {
        if (--when.month == 0) {
            when.month = 12;
            when.year--;
        }
    }
    while (day >= days_in_month(when.year, when.month)) {
        day -= days_in_month(when.year, when.month);
        if (++when.month == 13) {
            when.month = 1;
            when.year++;
        }
    }
    when.day = day + 1;
    return when;
}

int is_working_day(int day, date when)
{
    if (day % 7 >= 5) return 0;
    if (when.month == 12) return when.day < 24 || when.day > 26;
    return when.day != 1 || (when.month != 1 && when.month != 5);
}

/* How busy a day is, per mille of an ordinary one. */
static int64_t season(date when)
{
    static const int64_t month[12] = {820, 900, 1100, 900, 960, 1100, 850, 560, 1150, 1020, 1120, 900};

    if (when.month == 12) return when.day < 15 ? 1050 : 400;
    if (when.month % 3 == 0 && when.day >= 20) return month[when.month - 1] * 17 / 10;
    return month[when.month - 1];
}

/* ---- sales ---- */

const char *const product_names[PRODUCTS] = {"Hardware", "Licences", "Subscriptions", "Services"};
static const int64_t margin_rate[PRODUCTS] = {90, 220, 280, 410}; /* per mille */

/* Cents as a decimal. */
void put_money(FILE *file, int64_t cents)
{
    uint64_t size = cents < 0 ? (uint64_t)-cents : (uint64_t)cents;

    fprintf(file, "%s%" PRIu64 ".%02" PRIu64, cents < 0 ? "-" : "", size / 100, size % 100);
}

void put_date(FILE *file, int day)
{
    date when = date_of(day);

    fprintf(file, "%04d-%02d-%02d", when.year, when.month, when.day);
}

static void put_sale(channel *at, sale *what)
{
    FILE *file = at->file;

    if (at->sale_count == SALES) {
        fprintf(stderr, "make_channel: more than %d sales\n", SALES);
        exit(1);
    }
    what->number = at->sale_count + 1;
    at->sales[at->sale_count++] = *what;
    fprintf(file, "P%03d,", what->partner + 1);
    put_date(file, what->day);
    putc(',', file);
    put_money(file, what->amount);
    putc(',', file);
    if (what->margin_known) put_money(file, what->margin);
    fprintf(file, ",%s,EUR\n", product_names[what->product]);
}

/* About one order in thirty is credited some weeks later, half of these in full. */
static void consider_credit(channel *at, const sale *what)
{
    uint64_t *state = &at->random;
    int64_t part = chance(state, 500) ? 100 : between(state, 5, 60);
    sale *credit = &at->credits[at->credit_count];

    if (!chance(state, 34) || at->credit_count == CREDITS) return;
    at->credit_count++;
    *credit = *what;
    credit->credits = what->number;
    credit->day += (int)between(state, 3, 45);
    credit->amount = -(what->amount * part / 100);
    credit->margin = -(what->margin * part / 100);
}

static void sell(channel *at, int day, int i)
{
    uint64_t *state = &at->random;
    sale what = {day, i, (int)between(state, 0, PRODUCTS - 1), 1, 0, 0, 0, 0};
    int64_t spread = between(state, 30, 170) * between(state, 30, 170); /* 10000 on average */
    int64_t rate = margin_rate[what.product] * between(state, 60, 140) / 100;

    if (chance(state, 20)) spread *= between(state, 3, 8); /* a project */
    what.amount = at->partners[i].value * spread / 10000;
    if (chance(state, 2)) what.amount = 0; /* a replacement free of charge */
    what.margin = what.amount * rate / 1000;
    if (chance(state, 10)) what.margin_known = 0;
    put_sale(at, &what);
    consider_credit(at, &what);
}

/* How much of its ordinary self the partner is on that day, per mille: newcomers take half a year to get there,
 * those who will leave fade over their last four months, and all follow their trend. */
static int64_t strength(const channel_partner *partner, int day)
{
    int64_t grown = 1000 + partner->trend * (day - YEAR_2) / 365;
    int64_t since = day - partner->sells_from, until = partner->sells_to - day;

    if (since < 0 || until <= 0) return 0;
    if (partner->sells_from > 0 && since < 180) grown = grown * (180 + 5 * since) / 1080;
    if (until < 120) grown = grown * (120 + 4 * until) / 600;
    return grown < 100 ? 100 : grown;
}

static void trade(channel *at, int day, date when)
{
    int64_t busy = season(when);

    for (int i = 0; i < PARTNERS; i++) {
        channel_partner *partner = &at->partners[i];
        int64_t expected = partner->orders * busy / 1000;

        partner->plan += expected * partner->value / 1000000;
        expected = expected * strength(partner, day) / 1000;
        for (; expected >= 1000000; expected -= 1000000) sell(at, day, i);
        if (between(&at->random, 0, 999999) < expected) sell(at, day, i);
    }
}

/* A few who sell nothing more return what they bought last year: their revenue is below zero. */
static void return_old_orders(channel *at)
{
    for (int i = 0; i < PARTNERS && at->credit_count < 3; i++) {
        int64_t amount = between(&at->random, 40000, 900000);

        if (at->partners[i].orders != 0 || !chance(&at->random, 60)) continue;
        at->credits[at->credit_count] =
            (sale){(int)(amount % 40), i, HARDWARE, 1, 0, 0, -amount, -amount * margin_rate[HARDWARE] / 1000};
        at->credit_count++;
    }
}

static void write_sales(channel *at)
{
    return_old_orders(at);
    fputs("partner,day,amount,margin,product,currency\n", at->file);
    for (int day = 0; day < DAYS; day++) {
        date when = date_of(day);

        if (!is_working_day(day, when)) continue;
        for (int i = 0; i < at->credit_count; i++) {
            if (at->credits[i].day > day) continue;
            at->credits[i].day = day;
            put_sale(at, &at->credits[i]);
            at->credits[i--] = at->credits[--at->credit_count];
        }
        trade(at, day, when);
    }
}

/* ---- the roster ---- */

/* A name with a comma or a quote is quoted, as RFC 4180 wants it. */
static void put_text(FILE *file, const char *text)
{
    if (strpbrk(text, ",\"\n") == NULL) {
        fputs(text, file);
        return;
    }
    putc('"', file);
    for (; *text; text++) {
        if (*text == '"') putc('"', file);
        putc(*text, file);
    }
    putc('"', file);
}

static const char *const mode_names[MODES] = {"", "transactional", "mixed", "consultative"};

/* Half hours as hours. */
static void put_hours(FILE *file, int halves)
{
    if (halves != NONE) fprintf(file, "%d%s", halves / 2, halves % 2 ? ".5" : "");
}

static void put_partner(FILE *file, int i, const channel_partner *partner)
{
    char name[NAME_SIZE];

    compose_name(partner, name);
    fprintf(file, "P%03d,", i + 1);
    put_text(file, name);
    fprintf(file, ",%s,", type_names[partner->type]);
    if (partner->parent != NONE) fprintf(file, "P%03d", partner->parent + 1);
    putc(',', file);
    if (partner->joined != NONE) put_date(file, partner->joined);
    putc(',', file);
    if (partner->left != NONE) put_date(file, partner->left);
    putc(',', file);
    if (partner->target != 0) put_money(file, partner->target);
    putc(',', file);
    if (partner->potential != 0) put_money(file, partner->potential);
    putc(',', file);
    if (partner->strategic != NONE)
        fprintf(file, "%d.%02d", partner->strategic / 100, partner->strategic % 100);
    fprintf(file, ",%s,", mode_names[partner->mode]);
    put_hours(file, partner->hours);
    putc(',', file);
    put_hours(file, partner->hours_min);
    putc(',', file);
    put_hours(file, partner->hours_max);
    putc('\n', file);
}

/* Most sellers have agreed revenue for the two years together, in thousands; so have a few who sell nothing. */
static void agree_targets(channel *at)
{
    for (int i = 0; i < PARTNERS; i++) {
        channel_partner *partner = &at->partners[i];
        int64_t hoped = partner->plan / 100 * between(&at->random, 75, 140);

        if (!chance(&at->random, partner->orders != 0 ? 750 : 100)) continue;
        if (hoped < 2000000) hoped = 2000000;
        partner->target = (hoped + 50000) / 100000 * 100000;
    }
}

static void write_partners(channel *at)
{
    fputs("partner,name,group,parent,joined,left,target,potential,strategic,mode,hours,hours_min,hours_max\n",
          at->file);
    for (int i = 0; i < PARTNERS; i++) put_partner(at->file, i, &at->partners[i]);
}

/* ---- the program ---- */

static int write_file(channel *at, const char *folder, const char *name, void (*write)(channel *))
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    int failed;

    if (length < 0 || (size_t)length >= sizeof path) {
        fprintf(stderr, "make_channel: the folder's name is too long\n");
        return 0;
    }
    at->file = fopen(path, "wb");
    if (at->file == NULL) {
        perror(path);
        return 0;
    }
    write(at);
    failed = ferror(at->file);
    if (fclose(at->file) != 0 || failed) {
        fprintf(stderr, "make_channel: %s could not be written\n", path);
        return 0;
    }
    return 1;
}

int main(int count, char **arguments)
{
    static channel at;
    char *end = NULL;

    at.random = 2024;
    if (count == 3) at.random = strtoull(arguments[2], &end, 10);
    if (count < 2 || count > 3 || (end != NULL && (*end != '\0' || end == arguments[2]))) {
        fprintf(stderr, "usage: make_channel FOLDER [SEED]\n");
        return 2;
    }
    make_partners(&at.random, at.partners);
    if (!write_file(&at, arguments[1], "sales.csv", write_sales)) return 1;
    agree_targets(&at);
    make_interactions(&at);
    if (!write_file(&at, arguments[1], "partners.csv", write_partners)) return 1;
    if (!write_file(&at, arguments[1], "events.csv", write_events)) return 1;
    if (!write_file(&at, arguments[1], "deals.csv", write_deals)) return 1;
    if (!write_file(&at, arguments[1], "milestones.csv", write_milestones)) return 1;
    if (!write_file(&at, arguments[1], "claims.csv", write_claims)) return 1;
    if (!write_file(&at, arguments[1], "interactions.csv", write_interactions)) return 1;
    if (!write_file(&at, arguments[1], "alignment.csv", write_alignment)) return 1;
    return 0;
}
