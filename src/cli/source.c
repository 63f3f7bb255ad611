/* SPDX-License-Identifier: MIT
 * Bytes of a file: plain or gzip, hashed as they lie on disk. */
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "input.h"
#include "names.h"

enum { BLOCK = 1 << 20 };

struct cli_source {
    const char *path;
    int descriptor;
    struct sha256_ctx hash;
    /* Where it is, for people who wait. */
    int progress, told;
    uint64_t size, done; /* bytes on disk; size 0 = unknown */
    struct timespec begun;
    double last_told;
    /* gzip: the compressed bytes not inflated yet. Plain files are read straight to where they go, but for the
     * beginning, which is looked at first. */
    int opened, gzip, member, ended;
    z_stream inflating;
    unsigned char *raw;
    size_t raw_begin, raw_end;
};

const char *cli_file_name(const char *path) { return strcmp(path, "-") == 0 ? "standard input" : path; }

static int fail_system(cli_error *error, const char *path, const char *what)
{
    return cli_fail(error, CLI_SYSTEM, "%s: %s: %s", cli_file_name(path), what, strerror(errno));
}

static double seconds_since(const struct timespec *begun)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - begun->tv_sec) + (double)(now.tv_nsec - begun->tv_nsec) * 1e-9;
}

static void tell_progress(cli_source *source)
{
    double passed;

    if (!source->progress) return;
    passed = seconds_since(&source->begun);
    if (passed < 1 || passed < source->last_told + 0.2) return;
    source->last_told = passed;
    source->told = 1;
    fprintf(stderr, "\r%s: %.0f MB", cli_file_name(source->path), (double)source->done * 1e-6);
    if (source->size > 0) fprintf(stderr, ", %.0f %%", 100.0 * (double)source->done / (double)source->size);
    fputs("\033[K", stderr);
    fflush(stderr);
}

/* Reads and hashes bytes as they lie on disk. */
static int read_raw(cli_source *source, void *bytes, size_t size, size_t *got, cli_error *error)
{
    ssize_t n;

    tell_progress(source);
    do n = read(source->descriptor, bytes, size < BLOCK ? size : BLOCK);
    while (n < 0 && errno == EINTR);
    if (n < 0) return fail_system(error, source->path, "cannot be read");
    *got = (size_t)n;
    source->done += *got;
    sha256_update(&source->hash, *got, bytes);
    return CLI_OK;
}

/* At least `wanted` bytes in `raw`, or as many as there are. */
static int fill_raw(cli_source *source, size_t wanted, cli_error *error)
{
    while (source->raw_end - source->raw_begin < wanted) {
        size_t got;

        if (source->raw_begin > 0) {
            memmove(source->raw, source->raw + source->raw_begin, source->raw_end - source->raw_begin);
            source->raw_end -= source->raw_begin;
            source->raw_begin = 0;
        }
        if (read_raw(source, source->raw + source->raw_end, BLOCK - source->raw_end, &got, error) != CLI_OK)
            return error->exit_code;
        if (got == 0) break;
        source->raw_end += got;
    }
    return CLI_OK;
}

static int begin(cli_source *source, cli_error *error)
{
    struct stat status;

    if (fstat(source->descriptor, &status) != 0) return fail_system(error, source->path, "cannot be read");
    if (S_ISDIR(status.st_mode))
        return cli_fail(error, CLI_SYSTEM, "%s: is a folder, expected a file", cli_file_name(source->path));
    if (S_ISREG(status.st_mode) && status.st_size > 0) source->size = (uint64_t)status.st_size;
    source->raw = malloc(BLOCK);
    if (source->raw == NULL) return cli_no_memory(error);
    if (fill_raw(source, 2, error) != CLI_OK) return error->exit_code;
    if (source->raw_end < 2 || source->raw[0] != 0x1f || source->raw[1] != 0x8b) return CLI_OK;
    source->gzip = 1;
    if (inflateInit2(&source->inflating, 15 + 32) != Z_OK) return cli_no_memory(error);
    source->opened = source->member = 1;
    return CLI_OK;
}

int cli_source_open(cli_source **source, const char *path, int progress, cli_error *error)
{
    cli_source *made = calloc(1, sizeof *made);

    if (made == NULL) return cli_no_memory(error);
    made->path = path;
    made->progress = progress && isatty(STDERR_FILENO);
    clock_gettime(CLOCK_MONOTONIC, &made->begun);
    sha256_init(&made->hash);
    made->descriptor = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (made->descriptor < 0) {
        free(made);
        return fail_system(error, path, "cannot be opened");
    }
    if (begin(made, error) != CLI_OK) {
        cli_source_close(made);
        return error->exit_code;
    }
    *source = made;
    return CLI_OK;
}

static int corrupt(const cli_source *source, const char *how, cli_error *error)
{
    return cli_fail(error, CLI_DATA, "%s: the gzip data %s after %llu bytes", cli_file_name(source->path), how,
                    (unsigned long long)source->done - (source->raw_end - source->raw_begin));
}

/* Between members: the next one begins, or the file ends, maybe with the zero bytes that tapes are padded
 * with. */
static int next_member(cli_source *source, cli_error *error)
{
    if (fill_raw(source, 2, error) != CLI_OK) return error->exit_code;
    if (source->raw_end - source->raw_begin >= 2 && source->raw[source->raw_begin] == 0x1f &&
        source->raw[source->raw_begin + 1] == 0x8b) {
        if (inflateReset(&source->inflating) != Z_OK) return corrupt(source, "cannot be followed", error);
        source->member = 1;
        return CLI_OK;
    }
    while (source->raw_begin < source->raw_end && source->raw[source->raw_begin] == 0) {
        source->raw_begin++;
        if (fill_raw(source, 1, error) != CLI_OK) return error->exit_code;
    }
    if (source->raw_begin < source->raw_end) return corrupt(source, "is followed by something else", error);
    source->ended = 1;
    return CLI_OK;
}

static int inflate_some(cli_source *source, char *bytes, size_t size, size_t *got, cli_error *error)
{
    z_stream *z = &source->inflating;
    int status;

    if (fill_raw(source, 1, error) != CLI_OK) return error->exit_code;
    z->next_in = source->raw + source->raw_begin;
    z->avail_in = (uInt)(source->raw_end - source->raw_begin);
    z->next_out = (unsigned char *)bytes;
    z->avail_out = size < BLOCK ? (uInt)size : BLOCK;
    *got = z->avail_out;
    status = inflate(z, Z_NO_FLUSH);
    *got -= z->avail_out;
    source->raw_begin = source->raw_end - z->avail_in;
    /* Without input it may still hold output back. */
    if (status == Z_STREAM_END) source->member = 0;
    else if (status == Z_BUF_ERROR && *got == 0) return corrupt(source, "ends too early", error);
    else if (status == Z_MEM_ERROR) return cli_no_memory(error);
    else if (status != Z_OK && status != Z_BUF_ERROR) return corrupt(source, "is corrupt", error);
    return CLI_OK;
}

int cli_source_read(cli_source *source, char *bytes, size_t size, size_t *got, cli_error *error)
{
    *got = 0;
    if (!source->gzip) {
        size_t left = source->raw_end - source->raw_begin;

        if (left == 0) return read_raw(source, bytes, size, got, error);
        *got = left < size ? left : size;
        memcpy(bytes, source->raw + source->raw_begin, *got);
        source->raw_begin += *got;
        return CLI_OK;
    }
    while (*got == 0 && !source->ended) {
        if (!source->member && next_member(source, error) != CLI_OK) return error->exit_code;
        if (source->member && inflate_some(source, bytes, size, got, error) != CLI_OK) return error->exit_code;
    }
    return CLI_OK;
}

void cli_source_sha256(cli_source *source, char text[65])
{
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_digest(&source->hash, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) snprintf(text + 2 * i, 3, "%02x", (unsigned)digest[i]);
}

int cli_source_all(const char *path, size_t most, const char *what, char **bytes, size_t *length,
                   char sha256[65], cli_error *error)
{
    cli_source *source = NULL;
    size_t got = 1, done = 0, room = 1 << 16;
    char *text = malloc(room), *grown;

    if (text == NULL) return cli_no_memory(error);
    error->exit_code = cli_source_open(&source, path, 0, error);
    while (error->exit_code == CLI_OK && got > 0) {
        if (room - done < 2) {
            grown = realloc(text, 2 * room);
            if (grown == NULL) {
                cli_no_memory(error);
                break;
            }
            text = grown;
            room *= 2;
        }
        error->exit_code = cli_source_read(source, text + done, room - done - 1, &got, error);
        done += got;
        if (error->exit_code == CLI_OK && done > most)
            cli_fail(error, CLI_DATA, "%s: is longer than %zu MiB, expected %s", cli_file_name(path),
                     most >> 20, what);
    }
    if (error->exit_code == CLI_OK && sha256 != NULL) cli_source_sha256(source, sha256);
    cli_source_close(source);
    if (error->exit_code != CLI_OK) {
        free(text);
        return error->exit_code;
    }
    text[done] = 0;
    *bytes = text;
    *length = done;
    return CLI_OK;
}

void cli_source_close(cli_source *source)
{
    if (source == NULL) return;
    if (source->told) fputs("\r\033[K", stderr);
    if (source->opened) inflateEnd(&source->inflating);
    if (source->descriptor > STDIN_FILENO) close(source->descriptor);
    free(source->raw);
    free(source);
}

/* Files that are often handed over by mistake. */
static const struct {
    const char *magic;
    size_t length;
    const char *what, *cure; /* where a table was expected; or NULL */
} strangers[] = {
    {"PK\3\4", 4, "is an .xlsx workbook or a zip archive", "open it and save the sheet as CSV (UTF-8)"},
    {"\xd0\xcf\x11\xe0", 4, "is an .xls workbook", "open it and save the sheet as CSV (UTF-8)"},
    {"%PDF-", 5, "is a PDF document", NULL},
    {"\xfd\x37zXZ", 5, "is compressed with xz; unpack it first, or use gzip", NULL},
    {"\x28\xb5\x2f\xfd", 4, "is compressed with zstd; unpack it first, or use gzip", NULL},
    {"PAR1\x15", 5, "is a Parquet file", NULL},
};

/* UTF-16 without a byte order mark: every second byte of Western text is zero. */
static const char *utf16_order(const char *bytes, size_t length)
{
    size_t zeros[2] = {0, 0}, looked = length < 256 ? length : 256;

    if (length >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0) return "UTF-16";
    if (length >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0) return "UTF-16";
    for (size_t i = 0; i < looked; i++) zeros[i % 2] += bytes[i] == 0;
    if (looked < 8) return NULL;
    if (zeros[0] == 0 && zeros[1] > looked / 4) return "UTF-16LE";
    if (zeros[1] == 0 && zeros[0] > looked / 4) return "UTF-16BE";
    return NULL;
}

int cli_source_inspect(const char *path, const char *expected, const char *bytes, size_t length, size_t *skip,
                       cli_error *error)
{
    const char *name = cli_file_name(path), *utf16;

    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        const char *cure = strcmp(expected, "CSV") == 0 ? strangers[i].cure : NULL;

        if (length < strangers[i].length || memcmp(bytes, strangers[i].magic, strangers[i].length) != 0)
            continue;
        if (strchr(strangers[i].what, ';') != NULL)
            return cli_fail(error, CLI_DATA, "%s: %s", name, strangers[i].what);
        return cli_fail(error, CLI_DATA, "%s: %s, not %s%s%s", name, strangers[i].what, expected,
                        cure != NULL ? "; " : "", cure != NULL ? cure : "");
    }
    utf16 = utf16_order(bytes, length);
    if (utf16 != NULL)
        return cli_fail(
            error, CLI_DATA, "%s: is UTF-16, expected UTF-8; convert it: iconv -f %s -t UTF-8 %s > utf8.%s",
            name, utf16, strcmp(path, "-") == 0 ? "file" : path, strcmp(expected, "CSV") == 0 ? "csv" : "json");
    *skip = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    return CLI_OK;
}

int cli_not_utf8(const char *path, uint64_t line, const char *field, const char *text, size_t length,
                 cli_error *error)
{
    size_t valid = cli_utf8_length(text, length);
    unsigned char byte = (unsigned char)text[valid];

    /* Windows-1252 leaves these five undefined. */
    if (byte == 0x81 || byte == 0x8d || byte == 0x8f || byte == 0x90 || byte == 0x9d)
        return cli_fail(error, CLI_DATA, "%s:%llu: is not a text file: %s holds the byte 0x%02X",
                        cli_file_name(path), (unsigned long long)line, field, (unsigned)byte);
    return cli_fail(error, CLI_DATA,
                    "%s:%llu: %s: the byte 0x%02X is not UTF-8, probably this is Windows-1252; convert it: "
                    "iconv -f WINDOWS-1252 -t UTF-8 %s > utf8.csv",
                    cli_file_name(path), (unsigned long long)line, field, (unsigned)byte,
                    strcmp(path, "-") == 0 ? "file.csv" : path);
}
