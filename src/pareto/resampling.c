/* SPDX-License-Identifier: MIT */
#include <partner/pareto.h>

#include "../base/error.h"
#include "../base/memory.h"
