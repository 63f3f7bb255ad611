# SPDX-License-Identifier: MIT
"""What the scripts of this folder share: writing a C header, or comparing it with the one that is checked in.

python3 make_NAME.py            writes NAME.h beside the script
python3 make_NAME.py --check    says whether NAME.h is what the script makes
"""

import pathlib
import sys


def u64(value):
    return f"UINT64_C(0x{value:016x})"


def finish(script, lines):
    script = pathlib.Path(script)
    name = script.stem.removeprefix("make_")
    path = script.with_name(name + ".h")
    guard = f"PARTNER_TESTS_TABLES_{name.upper()}_H"
    head = [
        "/* SPDX-License-Identifier: MIT",
        f" * Made by {script.name}; do not edit. */",
        "/* clang-format off */",
        f"#ifndef {guard}",
        f"#define {guard}",
        "",
        "#include <stddef.h>",
        "#include <stdint.h>",
        "",
    ]
    text = "\n".join(head + lines + ["", "#endif", ""])
    if sys.argv[1:] == ["--check"]:
        same = path.read_text() == text
        print(f"{path.name}: {'as the script makes it' if same else 'differs from what the script makes'}")
        sys.exit(0 if same else 1)
    path.write_text(text)
