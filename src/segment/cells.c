/* SPDX-License-Identifier: MIT
 * What modes, bands and their cells are called. */
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "rules.h"

const char *partner__mode_name(uint8_t mode)
{
    static const char *const names[PARTNER_MODES] = {"unknown", "transactional", "mixed", "consultative"};

    return mode < PARTNER_MODES ? names[mode] : "several";
}

const char *partner__usual_band(uint32_t bands, uint32_t level, char text[PARTNER__BAND_NAME])
{
    static const char *const three[] = {"low", "mid", "high"};

    if (bands <= 3) return three[bands == 2 && level == 1 ? 2 : level];
    snprintf(text, PARTNER__BAND_NAME, "band-%u", (unsigned)level + 1);
    return text;
}

const char *partner__usual_cell(const char *band, uint8_t mode)
{
    static const char *const low[PARTNER_MODES] = {"watch", "self-service", "watch", "develop"};
    static const char *const high[PARTNER_MODES] = {"align", "volume", "core", "strategic"};

    if (strcmp(band, "low") == 0) return low[mode];
    return strcmp(band, "high") == 0 ? high[mode] : NULL;
}

char *partner__joined(partner__arena *arena, const char *text, const char *joint, const char *end)
{
    const size_t size = strlen(text) + strlen(joint) + strlen(end) + 1;
    char *made = partner__arena_alloc(arena, size, 1);

    if (made != NULL) snprintf(made, size, "%s%s%s", text, joint, end);
    return made;
}

/* The name that the rules give a cell, or the usual one. */
static const char *name_cell(const partner_segment_rules *rules, const char *band, size_t cell,
                             partner__arena *arena)
{
    const uint8_t mode = (uint8_t)(cell % PARTNER_MODES);
    const char *usual = rules->segment != NULL ? rules->segment[cell] : partner__usual_cell(band, mode);

    if (usual != NULL) return partner__joined(arena, usual, "", "");
    return partner__joined(arena, band, "-", partner__mode_name(mode));
}

/* The first cell of that name. */
static uint32_t first_of(const partner__cells *cells, size_t cell)
{
    size_t first = 0;

    while (strcmp(cells->segment[first], cells->segment[cell]) != 0) first++;
    return (uint32_t)first;
}

partner_status partner__cells_take(partner__cells *cells, const partner_segment_rules *rules,
                                   partner__arena *arena, partner_error *error)
{
    char usual[PARTNER__BAND_NAME];

    cells->bands = partner__rules_bands(rules);
    for (uint32_t b = 0; b < cells->bands; b++) {
        const char *name = rules->band != NULL ? rules->band[b] : partner__usual_band(cells->bands, b, usual);

        cells->band[b] = partner__joined(arena, name, "", "");
        if (cells->band[b] == NULL) return partner__no_memory(error);
        cells->band_name[b] = rules->band_name != NULL ? rules->band_name[b] : b;
    }
    for (size_t i = 0; i < (size_t)cells->bands * PARTNER_MODES; i++) {
        cells->segment[i] = name_cell(rules, cells->band[i / PARTNER_MODES], i, arena);
        if (cells->segment[i] == NULL) return partner__no_memory(error);
        cells->segment_name[i] = rules->segment_name != NULL ? rules->segment_name[i] : first_of(cells, i);
    }
    return PARTNER_OK;
}
