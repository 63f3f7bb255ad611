/* SPDX-License-Identifier: MIT
 * What the Python module adds to the library: calls of the functions that the tables point to, and an interrupt
 * that looks for signals. Included by the C file that build_cffi.py makes. */
#ifndef PARTNER_PYTHON_BRIDGE_H
#define PARTNER_PYTHON_BRIDGE_H

#include <partner/base.h>
#include <partner/dict.h>
#include <partner/model.h>
#include <partner/record.h>
#include <string.h>
#include <time.h>

/* The structs of the Arrow C data interface; the layout is part of its specification. */
struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

/* One call: when Python is next asked, and what it needs to keep an exception of a signal handler. */
typedef struct python_watch {
    int64_t next;
    void *handle;
} python_watch;

static int python_check(void *handle);

/* Asking takes the global lock, for which busy threads of Python let us wait: not more often than this. */
enum { PYTHON_PAUSE = 20000000 }; /* nanoseconds */

static int64_t python_clock(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return INT64_MAX;
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int python_interrupt(void *data)
{
    python_watch *watch = data;
    int64_t now = python_clock();

    if (watch->next == 0) watch->next = now + PYTHON_PAUSE;
    if (now < watch->next) return 0;
    if (python_check(watch->handle)) return 1;
    watch->next = python_clock() + PYTHON_PAUSE;
    return 0;
}

static partner_status python_run(const partner_analysis *analysis, const void *const *inputs,
                                 const void *const *options, void **result, partner_error *error)
{
    return analysis->run(inputs, options, result, error);
}

static const void *python_view(const partner_analysis *analysis, const void *result, size_t i)
{
    return analysis->view(result, i);
}

static size_t python_sentence(const partner_analysis *analysis, const void *result, size_t i, char *buffer,
                              size_t size)
{
    return analysis->sentence(result, i, buffer, size);
}

/* There are two parts: what to do, and what that rests on. */
static size_t python_advice(const partner_analysis *analysis, const void *result, size_t part, char *buffer,
                            size_t size)
{
    if (analysis->advice == NULL || part > 1) return 0;
    return analysis->advice(result, part, buffer, size);
}

static size_t python_explain(const partner_analysis *analysis, const void *result, size_t table, size_t row,
                             char *buffer, size_t size)
{
    return analysis->explain(result, table, row, buffer, size);
}

static partner_status python_config_parse(const partner_config *config, const char *text, size_t length,
                                          partner_dict *const *dicts, void **made, partner_error *error)
{
    return config->parse(text, length, dicts, made, error);
}

static size_t python_config_say(const partner_config *config, int warning, const void *made,
                                partner_dict *const *dicts, size_t i, char *buffer, size_t size)
{
    return (warning ? config->warning : config->sentence)(made, dicts, i, buffer, size);
}

/* The places of a config's money; -1 where it has none. */
static int python_config_places(const partner_config *config, const void *made)
{
    return config->minor_units == NULL ? -1 : (int)config->minor_units(made);
}

static partner_status python_parse(const partner_field *field, const char *text, size_t length,
                                   const partner_format *format, char *options, partner_error *error)
{
    return partner_parse(field, text, length, format, options + field->offset, NULL, error);
}

/* A column of values whose members are given one by one, which is cheaper than filling the struct from Python.
 */
static partner_status python_convert(const partner_field *field, uint8_t layout, size_t rows, size_t offset,
                                     const void *validity, const void *values, const void *data,
                                     const void *const *buffers, const size_t *buffer_lengths,
                                     size_t buffer_count, int64_t ticks_per_day, int32_t scale,
                                     uint32_t threads, python_watch *watch, const partner_format *format,
                                     partner_dict *dict, void *elements, size_t *rounded, partner_error *error)
{
    partner_values v = PARTNER_VALUES_INIT;

    v.threads = threads;
    v.layout = layout;
    v.interrupt = watch == NULL ? NULL : python_interrupt;
    v.interrupt_data = watch;
    v.rows = rows;
    v.offset = offset;
    v.validity = validity;
    v.values = values;
    v.data = data;
    v.buffers = (const char *const *)buffers;
    v.buffer_lengths = buffer_lengths;
    v.buffer_count = buffer_count;
    v.ticks_per_day = ticks_per_day;
    v.scale = scale;
    return partner_convert(field, &v, format, dict, elements, rounded, error);
}

static partner_status python_object_create(const partner_object *object, const void *options, void **made,
                                           partner_error *error)
{
    return object->create(options, made, error);
}

static partner_status python_object_add(const partner_object *object, void *into, const void *input,
                                        partner_error *error)
{
    return object->add(into, input, error);
}

static partner_status python_object_merge(const partner_object *object, void *into, const void *from,
                                          const uint32_t *map, size_t map_length, partner_error *error)
{
    return object->merge(into, from, map, map_length, error);
}

static partner_status python_object_save(const partner_object *object, const void *saved,
                                         const partner_dict *dict, partner_bytes **bytes, partner_error *error)
{
    return object->save(saved, dict, bytes, error);
}

static partner_status python_object_load(const partner_object *object, const uint8_t *bytes, size_t length,
                                         const partner_dict *dict, void **made, partner_error *error)
{
    return object->load(bytes, length, dict, made, error);
}

static partner_status python_object_finish(const partner_object *object, const void *finished,
                                           const void *const *inputs, const void *const *options, void **result,
                                           partner_error *error)
{
    return object->finish(finished, inputs, options, result, error);
}

static partner_status python_object_open(const partner_object *object, const void *config,
                                         const void *const *inputs, const void *options, void **made,
                                         partner_error *error)
{
    return object->open(config, inputs, options, made, error);
}

static partner_status python_object_append(const partner_object *object, void *to, const void *const *inputs,
                                           uint64_t version, const void *options, void **result,
                                           partner_error *error)
{
    return object->append(to, inputs, version, options, result, error);
}

static partner_status python_object_advance(const partner_object *object, void *to, int32_t day,
                                            const void *options, void **result, partner_error *error)
{
    return object->advance(to, day, options, result, error);
}

static uint64_t python_object_version(const partner_object *object, const void *of)
{
    return object->version(of);
}

static partner_status python_object_save_all(const partner_object *object, const void *saved,
                                             partner_dict *const *dicts, partner_bytes **bytes,
                                             partner_error *error)
{
    return object->save_all(saved, dicts, bytes, error);
}

static partner_status python_object_load_all(const partner_object *object, const uint8_t *bytes, size_t length,
                                             const void *config, partner_dict *const *dicts, void **made,
                                             partner_error *error)
{
    return object->load_all(bytes, length, config, dicts, made, error);
}

/* Puts `values` in the place of the dictionary of `array`, which must have one. */
static void python_set_dictionary(struct ArrowArray *array, struct ArrowArray *values)
{
    struct ArrowArray *dictionary = array->dictionary;

    if (dictionary->release != NULL) dictionary->release(dictionary);
    *dictionary = *values;
    values->release = NULL;
}

#endif
