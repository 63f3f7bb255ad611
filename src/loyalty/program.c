/* SPDX-License-Identifier: MIT */
#include "program.h"

#include <string.h>

/* Element i of an array whose elements begin with their size, which is the array's stride. */
static void copy(void *to, size_t size, const void *array, size_t i)
{
    uint32_t stride;

    memcpy(&stride, array, sizeof stride);
    memset(to, 0, size);
    memcpy(to, (const char *)array + i * stride, stride < size ? stride : size);
}

partner_program partner__program_copy(const partner_program *program)
{
    partner_program p;

    copy(&p, sizeof p, program, 0);
    return p;
}

partner_program_rule partner__program_rule(const partner_program *program, size_t i)
{
    partner_program_rule r;

    copy(&r, sizeof r, program->rule, i);
    return r;
}

partner_program_tier partner__program_tier(const partner_program *program, size_t i)
{
    partner_program_tier t;

    copy(&t, sizeof t, program->tier, i);
    return t;
}

partner_program_requirement partner__program_requirement(const partner_program_tier *tier, size_t i)
{
    partner_program_requirement r;

    copy(&r, sizeof r, tier->requires_all, i);
    return r;
}

partner_program_challenge partner__program_challenge(const partner_program *program, size_t i)
{
    partner_program_challenge c;

    copy(&c, sizeof c, program->challenge, i);
    return c;
}
