/* SPDX-License-Identifier: MIT
 * Accounts as few bytes, and back. What can be worked out from the rest is left out, and each account has one
 * form only, so that equal histories give equal bytes. */
#ifndef PARTNER_LOYALTY_CODEC_H
#define PARTNER_LOYALTY_CODEC_H

#include "../base/bytes.h"
#include "account.h"

/* Whether there is anything to keep: a history, or a tier to start from. */
int partner__account_blank(const partner__account *a);

/* Adds the bytes of a pruned account, without its partner and group. */
void partner__account_pack(const partner__account *a, const partner__plan *plan, partner__writer *w);

/* Fills the account, its arrays reused, from bytes of any origin. Errors: DATA (no account has such bytes; but
 * not all that the program could never lead to is found), NOMEM. */
partner_status partner__account_unpack(partner__account *a, const partner__plan *plan, uint32_t partner,
                                       uint32_t group, const uint8_t *bytes, size_t length,
                                       partner_error *error);

#endif
