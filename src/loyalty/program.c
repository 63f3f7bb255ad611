/* SPDX-License-Identifier: MIT */
#include "program.h"

#include "../base/error.h"

partner_program partner__program_copy(const partner_program *program)
{
    partner_program p;

    partner__take_element(&p, sizeof p, program, 0);
    return p;
}

partner_program_rule partner__program_rule(const partner_program *program, size_t i)
{
    partner_program_rule r;

    partner__take_element(&r, sizeof r, program->rule, i);
    return r;
}

partner_program_tier partner__program_tier(const partner_program *program, size_t i)
{
    partner_program_tier t;

    partner__take_element(&t, sizeof t, program->tier, i);
    return t;
}

partner_program_requirement partner__program_requirement(const partner_program_tier *tier, size_t i)
{
    partner_program_requirement r;

    partner__take_element(&r, sizeof r, tier->requires_all, i);
    return r;
}

partner_program_challenge partner__program_challenge(const partner_program *program, size_t i)
{
    partner_program_challenge c;

    partner__take_element(&c, sizeof c, program->challenge, i);
    return c;
}
