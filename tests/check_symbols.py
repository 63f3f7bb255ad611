# SPDX-License-Identifier: MIT
"""What the library exports and refers to.

    python3 check_symbols.py INCLUDE_DIR LIB.so LIB.a TEST_FAULTS [--gsl private|shared|disabled]

- libpartner.so exports the functions that the headers declare, and nothing else;
- every global symbol of libpartner.a begins with partner_;
- no object of it prints, exits, aborts, reads the environment or touches locale or signals of the process, and
  memory.c alone allocates;
- no object has writable data: there is no global state;
- the fault tests know every declared function.
"""

import argparse
import pathlib
import re
import subprocess
import sys

FORBIDDEN = {
    "abort",
    "exit",
    "_exit",
    "_Exit",
    "quick_exit",
    "atexit",
    "__assert_fail",
    "puts",
    "putchar",
    "printf",
    "vprintf",
    "fprintf",
    "vfprintf",
    "fputs",
    "fputc",
    "putc",
    "fwrite",
    "fflush",
    "perror",
    "stdout",
    "stderr",
    "stdin",
    "__printf_chk",
    "__fprintf_chk",
    "__vfprintf_chk",
    "getenv",
    "secure_getenv",
    "setenv",
    "setlocale",
    "signal",
    "sigaction",
    "raise",
    "kill",
    "rand",
    "srand",
    "random",
    "system",
    "popen",
}
ALLOCATORS = {"malloc", "calloc", "realloc", "free", "strdup", "strndup", "posix_memalign", "aligned_alloc"}


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def declared(include):
    names = set()
    for header in pathlib.Path(include, "partner").glob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
        names.update(re.findall(r"PARTNER_API[^;{]*?\b(partner_\w+)\(", text))
    return names


def nm(*arguments):
    """Symbols as (object, type, name)."""
    lines = run("nm", "-A", *arguments).splitlines()
    found = [re.match(r"(.*):[0-9a-f]* +(\w) (\S+)$", line).groups() for line in lines]
    return [(place.split(":")[-1], kind, name.split("@")[0]) for place, kind, name in found]


def writable(archive):
    """Sections of data that a program could write to, as object: section. Tables of pointers, which the dynamic
    linker fills in once, are in .data.rel.ro."""
    place, found = "", []
    for line in run("objdump", "-h", archive).splitlines():
        if "file format" in line:
            place = line.split(":")[0]
        section = re.match(r" *\d+ (\.t?(?:data|bss)\b\S*) +([0-9a-f]+)", line)
        if section and not section[1].startswith(".data.rel.ro") and int(section[2], 16) > 0:
            found.append(f"{place}: {section[1]}")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("include")
    parser.add_argument("shared")
    parser.add_argument("archive")
    parser.add_argument("faults")
    parser.add_argument("--gsl", default="private")
    args = parser.parse_args()
    faults = []

    def expect(what, found):
        for one in sorted(found):
            faults.append(f"{what}: {one}")

    functions = declared(args.include)
    if len(functions) < 20:
        sys.exit("the headers declare too few functions: is the pattern still right?")
    exported = {name for _, _, name in nm("-D", "--defined-only", args.shared)}
    expect("exported but not declared", exported - functions)
    expect("declared but not exported", functions - exported)

    globals_ = nm("-g", "--defined-only", args.archive)
    strangers = {f"{place} {name}" for place, _, name in globals_ if not name.startswith("partner_")}
    expect("global but not partner_", strangers)
    expect("declared but not in the archive", functions - {name for _, _, name in globals_})

    undefined = nm("--undefined-only", args.archive)
    if not any(name in ALLOCATORS for _, _, name in undefined):
        faults.append("no object allocates: is nm read rightly?")
    for place, _, name in undefined:
        if name in FORBIDDEN:
            faults.append(f"{place} refers to {name}")
        if name in ALLOCATORS and not place.startswith("base_memory"):
            faults.append(f"{place} refers to {name}; only base/memory.c may")
    expect("writable data", writable(args.archive))

    if args.gsl != "shared":
        outside = {name for _, _, name in nm("-D", "--undefined-only", args.shared)}
        expect("the library wants GSL from the host", {n for n in outside if n.startswith(("gsl_", "cblas_"))})

    tested = {name for name in run(args.faults, "--list").split() if "." not in name}
    expect("declared but unknown to the fault tests", functions - tested)
    expect("known to the fault tests but not declared", tested - functions)

    print("\n".join(faults) or f"{len(functions)} functions, as declared")
    sys.exit(1 if faults else 0)


main()
