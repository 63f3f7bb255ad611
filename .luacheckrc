-- SPDX-License-Identifier: MIT
max_line_length = 144
