# SPDX-License-Identifier: MIT
"""Each public header alone, and every PARTNER_…_INIT, as C17, C++11 and C++17, without a warning.

    python3 check_headers.py INCLUDE_DIR

Takes every compiler of gcc, g++, clang and clang++ that there is; one for C and one for C++ there must be.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wmissing-field-initializers", "-Wundef", "-Werror"]
COMPILERS = [("gcc", "c", "c17"), ("clang", "c", "c17")]
COMPILERS += [(name, "c++", std) for name in ("g++", "clang++") for std in ("c++11", "c++17")]


def initialisers(include):
    """C of one variable per PARTNER_…_INIT, with a check that the struct says its size and all else is zero."""
    lines = ["#include <partner/partner.h>", "#include <string.h>"]
    body = []
    for header in sorted(include.glob("partner/*.h")):
        for macro, struct in re.findall(r"#define (PARTNER_\w+_INIT)\b.*?sizeof\((\w+)\)", header.read_text(), re.S):
            name = struct.removeprefix("partner_")
            body += [f"    {{ {struct} {name} = {macro}; {struct} zero;"]
            body += [f"      if ({name}.struct_size != sizeof({struct})) return {len(body) + 1};"]
            body += [f"      memset(&zero, 0, sizeof zero); zero.struct_size = sizeof({struct});"]
            body += [f"      if (memcmp(&{name}.struct_size, &zero.struct_size, 8) != 0) return {len(body) + 1}; }}"]
    assert body, "no PARTNER_…_INIT was found"
    return "\n".join(lines + ["int main(void)", "{"] + body + ["    return 0;", "}"]) + "\n"


def main():
    include = pathlib.Path(sys.argv[1])
    headers = sorted(f"partner/{path.name}" for path in include.glob("partner/*.h"))
    faults, runs, languages = [], 0, set()
    with tempfile.TemporaryDirectory() as folder:
        for compiler, language, std in COMPILERS:
            if shutil.which(compiler) is None:
                print(f"there is no {compiler}: left out")
                continue
            languages.add(language)
            # Twice, for a header must bear being included twice.
            sources = [(h, f"#include <{h}>\n#include <{h}>\n", False) for h in headers]
            sources.append(("every PARTNER_…_INIT", initialisers(include), True))
            for what, text, runs_too in sources:
                source = pathlib.Path(folder, "source.c")
                program = pathlib.Path(folder, "program")
                source.write_text(text)
                command = [compiler, "-x", language, f"-std={std}", *WARNINGS, f"-I{include}", str(source)]
                command += ["-o", str(program)] if runs_too else ["-fsyntax-only"]
                done = subprocess.run(command, capture_output=True, text=True)
                runs += 1
                if done.returncode != 0 or done.stderr:
                    faults.append(f"{what} with {compiler} -std={std}:\n{done.stderr}")
                elif runs_too and subprocess.run([program]).returncode != 0:
                    faults.append(f"{what} with {compiler} -std={std}: a struct does not start as it should")
    if languages != {"c", "c++"}:
        faults.append("a compiler for C and one for C++ are needed")
    print("\n".join(faults) or f"{len(headers)} headers, {runs} compilations without a warning")
    sys.exit(1 if faults else 0)


main()
