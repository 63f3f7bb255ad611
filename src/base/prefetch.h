/* SPDX-License-Identifier: MIT
 * Hints that memory will soon be read or written; where the compiler has none they do nothing. */
#ifndef PARTNER_BASE_PREFETCH_H
#define PARTNER_BASE_PREFETCH_H

static inline void partner__prefetch(const void *at)
{
#if defined(__GNUC__)
    __builtin_prefetch(at);
#else
    (void)at;
#endif
}

static inline void partner__prefetch_for_write(const void *at)
{
#if defined(__GNUC__)
    __builtin_prefetch(at, 1);
#else
    (void)at;
#endif
}

#endif
