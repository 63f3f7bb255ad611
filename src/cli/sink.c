/* SPDX-License-Identifier: MIT
 * Where output gathers until all of it is there, and how it then reaches a file: all of it or nothing. */
#define _XOPEN_SOURCE 700 /* realpath */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

/* Makes room for `length` more bytes and one 0. */
static int has_room(cli_sink *sink, size_t length)
{
    size_t room = sink->room > 0 ? sink->room : 4096;
    char *bytes;

    if (sink->failed) return 0;
    if (length < sink->room - sink->length) return 1;
    while (room - sink->length <= length) {
        if (room > SIZE_MAX / 2) {
            sink->failed = 1;
            return 0;
        }
        room *= 2;
    }
    bytes = realloc(sink->bytes, room);
    if (bytes == NULL) {
        sink->failed = 1;
        return 0;
    }
    sink->bytes = bytes;
    sink->room = room;
    return 1;
}

void cli_put_bytes(cli_sink *sink, const char *bytes, size_t length)
{
    if (!has_room(sink, length)) return;
    if (length > 0) memcpy(sink->bytes + sink->length, bytes, length);
    sink->length += length;
    sink->bytes[sink->length] = '\0';
}

void cli_put(cli_sink *sink, const char *text) { cli_put_bytes(sink, text, strlen(text)); }

void cli_putf(cli_sink *sink, const char *text, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, text);
    length = vsnprintf(NULL, 0, text, arguments);
    va_end(arguments);
    if (length < 0) sink->failed = 1;
    if (length < 0 || !has_room(sink, (size_t)length)) return;
    va_start(arguments, text);
    vsnprintf(sink->bytes + sink->length, (size_t)length + 1, text, arguments);
    va_end(arguments);
    sink->length += (size_t)length;
}

static int write_all(int file, const cli_sink *sink)
{
    size_t done = 0;

    while (done < sink->length) {
        size_t left = sink->length - done;
        ssize_t wrote = write(file, sink->bytes + done, left < 1 << 30 ? left : 1 << 30);

        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return -1;
        done += (size_t)wrote;
    }
    return 0;
}

static int cannot_write(cli_error *error, const char *path)
{
    return cli_fail(error, CLI_SYSTEM, "%s: cannot be written: %s", path, strerror(errno));
}

/* What is no ordinary file (/dev/full, a pipe) cannot be replaced and is written to directly. */
static int write_special(const cli_sink *sink, const char *path, cli_error *error)
{
    int file = open(path, O_WRONLY);

    if (file < 0) return cannot_write(error, path);
    if (write_all(file, sink) != 0) {
        cannot_write(error, path);
        close(file);
        return CLI_SYSTEM;
    }
    return close(file) != 0 ? cannot_write(error, path) : CLI_OK;
}

/* A new file beside `target`, its name in `name`. */
static int open_beside(const char *target, char *name, size_t size)
{
    int file = -1;

    for (int attempt = 0; file < 0 && attempt < 100; attempt++) {
        snprintf(name, size, "%s.%ld-%d.part", target, (long)getpid(), attempt);
        file = open(name, O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (file < 0 && errno != EEXIST) return -1;
    }
    return file;
}

/* `old` is what the target was before, or NULL. */
static int write_beside(const cli_sink *sink, const char *target, const char *path, const struct stat *old,
                        cli_error *error)
{
    size_t size = strlen(target) + 64;
    char *name = malloc(size);
    int file, closed;

    if (name == NULL) return cli_no_memory(error);
    file = open_beside(target, name, size);
    if (file < 0) {
        cannot_write(error, path);
        free(name);
        return CLI_SYSTEM;
    }
    error->exit_code = CLI_OK;
    if (old != NULL && fchmod(file, old->st_mode & 07777) != 0) cannot_write(error, path);
    else if (write_all(file, sink) != 0) cannot_write(error, path);
    closed = close(file);
    if (error->exit_code == CLI_OK && (closed != 0 || rename(name, target) != 0)) cannot_write(error, path);
    if (error->exit_code != CLI_OK) unlink(name);
    free(name);
    return error->exit_code;
}

static int write_standard(const cli_sink *sink, cli_error *error)
{
    if (fflush(stdout) != 0 || write_all(STDOUT_FILENO, sink) != 0)
        return cannot_write(error, "standard output");
    return CLI_OK;
}

/* /dev/stdout may stand for a file that something else is being appended to. */
static int is_standard(const struct stat *file)
{
    struct stat standard;

    return fstat(STDOUT_FILENO, &standard) == 0 && standard.st_dev == file->st_dev &&
           standard.st_ino == file->st_ino;
}

static int write_path(const cli_sink *sink, const char *path, cli_error *error)
{
    struct stat old;
    char *target;
    int result;

    if (stat(path, &old) != 0) {
        if (errno == ENOENT) return write_beside(sink, path, path, NULL, error);
        return cannot_write(error, path);
    }
    if (S_ISDIR(old.st_mode))
        return cli_fail(error, CLI_SYSTEM, "%s: cannot be written: it is a directory", path);
    if (is_standard(&old)) return write_standard(sink, error);
    if (!S_ISREG(old.st_mode)) return write_special(sink, path, error);
    if (access(path, W_OK) != 0) return cannot_write(error, path);
    target = realpath(path, NULL); /* a link stays a link */
    if (target == NULL) return cannot_write(error, path);
    result = write_beside(sink, target, path, &old, error);
    free(target);
    return result;
}

int cli_sink_end(cli_sink *sink, const char *path, cli_error *error)
{
    int result;

    if (sink->failed) result = cli_no_memory(error);
    else if (path == NULL || strcmp(path, "-") == 0) result = write_standard(sink, error);
    else result = write_path(sink, path, error);
    free(sink->bytes);
    memset(sink, 0, sizeof *sink);
    return result;
}
