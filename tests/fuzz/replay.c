/* SPDX-License-Identifier: MIT
 * Makes a fuzz target a plain program.
 *
 *     fuzz_NAME FILE|FOLDER…                     replays inputs
 *     fuzz_NAME --random N SEED [FILE|FOLDER…]   and N more, made from these and from nothing
 */
#include <dirent.h>
#include <inttypes.h>

#include "fuzz.h"

enum { LONGEST = 4096, MOST_SEEDS = 1000, MOST_PATH = 4096 };

static struct {
    uint8_t *bytes[MOST_SEEDS];
    size_t length[MOST_SEEDS], count;
} seeds;

static uint64_t draw(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static int add_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    size_t length = 0, room = 0, got;

    if (file == NULL) return perror(path), 0;
    do {
        if (length == room) {
            room = room == 0 ? LONGEST : room * 2;
            bytes = realloc(bytes, room);
            if (bytes == NULL) abort();
        }
        got = fread(bytes + length, 1, room - length, file);
        length += got;
    } while (got > 0);
    fclose(file);
    if (seeds.count == MOST_SEEDS) return fprintf(stderr, "more than %d inputs\n", MOST_SEEDS), free(bytes), 0;
    seeds.bytes[seeds.count] = bytes;
    seeds.length[seeds.count++] = length;
    return 1;
}

static int add_path(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    char inner[MOST_PATH];
    int ok = 1;

    if (folder == NULL) return add_file(path);
    while (ok && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.') continue;
        ok = (size_t)snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) < sizeof inner &&
             add_file(inner);
    }
    closedir(folder);
    return ok;
}

/* Runs one input from memory of exactly its size. */
static void run(const uint8_t *bytes, size_t length)
{
    uint8_t *copy = fuzz_alloc(length, 1);

    if (length > 0) memcpy(copy, bytes, length);
    LLVMFuzzerTestOneInput(copy, length);
    free(copy);
}

/* A seed, or nothing, or random bytes, with some bytes changed, cut out, doubled, or set to what parsers fear.
 */
static size_t make_input(uint64_t *state, uint8_t *bytes)
{
    static const uint8_t feared[] = {0,    1,   0x7f, 0x80, 0xff, '"', ',', '\n',
                                     '\r', '-', '0',  '9',  '.',  'e', '%'};
    size_t length = 0, changes = draw(state) % 8;

    if (seeds.count > 0 && draw(state) % 8 != 0) {
        size_t i = draw(state) % seeds.count;
        length = seeds.length[i] < LONGEST ? seeds.length[i] : LONGEST;
        memcpy(bytes, seeds.bytes[i], length);
    } else {
        length = draw(state) % (draw(state) % 2 == 0 ? 64 : LONGEST);
        for (size_t i = 0; i < length; i++) bytes[i] = (uint8_t)draw(state);
    }
    for (size_t c = 0; c < changes && length > 0; c++) {
        size_t at = draw(state) % length, part = draw(state) % (length - at) % 64;
        switch (draw(state) % 6) {
        case 0: bytes[at] ^= (uint8_t)(1 << draw(state) % 8); break;
        case 1: bytes[at] = (uint8_t)draw(state); break;
        case 2: bytes[at] = feared[draw(state) % sizeof feared]; break;
        case 3:
            memmove(bytes + at, bytes + at + part, length - at - part);
            length -= part;
            break;
        case 4:
            if (length + part > LONGEST) break;
            memmove(bytes + at + part, bytes + at, length - at);
            length += part;
            break;
        default: length = at; break;
        }
    }
    return length;
}

static void run_random(uint64_t count, uint64_t seed)
{
    static uint8_t bytes[LONGEST];

    for (uint64_t i = 0; i < count; i++) {
        /* Each input has a state of its own; xorshift wants it not to be zero. */
        uint64_t state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) + (i + 1) * UINT64_C(0xd1342543de82ef95);
        state |= state == 0;
        run(bytes, make_input(&state, bytes));
    }
}

int main(int argc, char **argv)
{
    uint64_t count = 0, seed = 0;
    int first = 1;

    if (argc >= 4 && strcmp(argv[1], "--random") == 0) {
        count = strtoull(argv[2], NULL, 10);
        seed = strtoull(argv[3], NULL, 10);
        first = 4;
    }
    for (int i = first; i < argc; i++)
        if (!add_path(argv[i])) return EXIT_FAILURE;
    if (seeds.count == 0 && count == 0) {
        fprintf(stderr, "usage: %s [--random N SEED] [FILE|FOLDER]...\n", argv[0]);
        return 2;
    }
    for (size_t i = 0; i < seeds.count; i++) run(seeds.bytes[i], seeds.length[i]);
    run_random(count, seed);
    fprintf(stderr, "%zu inputs replayed, %" PRIu64 " made with seed %" PRIu64 "\n", seeds.count, count, seed);
    for (size_t i = 0; i < seeds.count; i++) free(seeds.bytes[i]);
    return EXIT_SUCCESS;
}
