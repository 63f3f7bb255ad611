# SPDX-License-Identifier: MIT
"""Makes the C file of the extension module `libpartner._partner` from the library's public headers.

    build_cffi.py OUTPUT.c base.h dict.h model.h record.h bridge.h

The declarations are the headers' own, stripped of what only a compiler needs, so the module can never
disagree with the library.
"""

import re
import sys
from pathlib import Path

from cffi import FFI

# Kept in the headers for C users only.
LEFT_OUT = re.compile(r"_H$|_INIT$|^PARTNER_API$")


def constants(text: str) -> list[str]:
    """The macros that stand for integers, as cffi wants them: the compiler fills in the values."""
    names = re.findall(r"^#define[ \t]+(\w+)[ \t]+\S", text, re.MULTILINE)
    return [f"#define {name} ..." for name in names if not LEFT_OUT.search(name)]


def declarations(text: str) -> str:
    """A header without comments and preprocessor."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    text = re.sub(r"^#ifdef __cplusplus$.*?^#endif$", "", text, flags=re.DOTALL | re.MULTILINE)
    numbers = constants(text)
    text = re.sub(r"^#(?:.*\\\n)*.*$", "", text, flags=re.MULTILINE)
    text = text.replace("PARTNER_API ", "")
    return "\n".join([*numbers, text])


def bridge(text: str) -> str:
    """The structs and the static functions of bridge.h as declarations."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    text = re.sub(r"^#.*$", "", text, flags=re.MULTILINE)
    structs = re.findall(r"^(?:typedef )?struct \w+ \{.*?^\}[^;]*;", text, re.DOTALL | re.MULTILINE)
    functions = re.findall(r"^static ([^;{]+?\))\s*\{", text, re.MULTILINE)
    callbacks = re.findall(r"^static ([^;{]+?\));", text, re.MULTILINE)
    return "\n".join(
        [
            *structs,
            *(f"{function};" for function in functions),
            *(f'extern "Python" {function};' for function in callbacks),
        ]
    )


def main(output: str, *headers: str) -> None:
    texts = {Path(name).name: Path(name).read_text(encoding="utf-8") for name in headers}
    ffi = FFI()
    for name, text in texts.items():
        ffi.cdef(bridge(text) if name == "bridge.h" else declarations(text))
    ffi.set_source("libpartner._partner", '#include "bridge.h"')
    ffi.emit_c_code(output)


if __name__ == "__main__":
    main(*sys.argv[1:])
