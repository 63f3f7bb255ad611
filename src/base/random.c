/* SPDX-License-Identifier: MIT */
#include "random.h"

double partner__random_uniform(partner__random *r) { return (double)(partner__random_next(r) >> 11) * 0x1p-53; }
