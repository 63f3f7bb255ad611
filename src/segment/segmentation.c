/* SPDX-License-Identifier: MIT */
#include "segment.h"
