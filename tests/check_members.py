#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Proves that the record tables name every member of the public structs, in order and with its type.

usage: check_members.py FOLDER_OF_HEADERS TEST_RECORD

Reads the typedef structs of the headers and what `test_record --members` prints. A struct that a program fills or
reads by the tables has a record named like it; the others are listed below, each with the reason.
"""

import pathlib
import re
import subprocess
import sys

NO_RECORD = {
    "partner_error": "written by the library on failure; its layout is frozen",
    "partner_bytes": "bytes",
    "partner_format": "how text is read, not data",
    "partner_values": "how a column of someone else lies in memory, not data of ours",
    "partner_field": "the tables themselves",
    "partner_record": "the tables themselves",
    "partner_input": "the tables themselves",
    "partner_view": "the tables themselves",
    "partner_analysis": "the tables themselves",
    "partner_object": "the tables themselves",
    "partner_config": "the tables themselves",
    "partner_segment_rules": "written by hand, as JSON: its config reads it",
    "partner_segment_dicts": "dictionaries that the rules' names go into",
    "partner_program": "written by hand, as JSON: its config reads it",
    "partner_program_rule": "part of a program",
    "partner_program_requirement": "part of a program",
    "partner_program_tier": "part of a program",
    "partner_program_challenge": "part of a program",
    "partner_loyalty_dicts": "dictionaries, not data",
    "partner_process": "written by hand, as JSON: its config reads it",
    "partner_process_milestone": "part of a process",
    "partner_process_stage": "part of a process",
    "partner_process_dicts": "dictionaries, not data",
    "partner_feature_matrix": "a matrix, which no table can hold: bindings take their own",
    "partner_win_model_options": "of a function on a matrix",
    "partner_categories": "a matrix, which no table can hold: bindings take their own",
}

TYPES = {
    "uint8_t": {1},
    "uint32_t": {2},
    "uint64_t": {3},
    "int32_t": {4},
    "int64_t": {5},
    "double": {6},
    "size_t": {2, 3},
    "partner_interrupt": {8},
    "void": {8},
}
RECORD = 7


def structs(header):
    """Each struct of a header as {name: [(member, type, is a pointer, elements as text)]}."""
    text = re.sub(r"/\*.*?\*/", " ", header, flags=re.S)
    found = {}
    for tag, body in re.findall(r"(?:typedef )?struct (\w+)\s*\{(.*?)\n\}", text, flags=re.S):
        members = found.setdefault(tag, [])
        if tag in NO_RECORD:
            continue
        for declaration in body.split(";"):
            declaration = " ".join(declaration.split())
            if not declaration:
                continue
            base, names = re.fullmatch(r"(?:const )?(\w+) ([^()]*)", declaration.replace("*", " * ")).groups()
            for name in names.split(","):
                pointer = "*" in name
                name = name.replace("*", " ").replace(" const ", " ").strip()
                name = name.replace("*", " ").replace(" const ", " ").strip()
                member, elements = re.fullmatch(r"(\w+)(?:\[(\w+(?: - \d+)?)\])?", name).groups()
                members.append((member, base, pointer, elements or "1"))
    return found


def constants(header):
    return {name: int(value) for name, value in re.findall(r"#define (\w+) (\d+)\b", header)}


def elements_of(text, numbers):
    """The length of a fixed array: a number or the name of one, less another number."""
    most, _, less = text.partition(" - ")
    return (int(most) if most.isdigit() else numbers[most]) - int(less or 0)


def main():
    headers, program = sys.argv[1:]
    text = "\n".join(path.read_text() for path in sorted(pathlib.Path(headers).glob("partner/*.h")))
    known, numbers = structs(text), constants(text)
    tables = {}
    for line in subprocess.run([program, "--members"], check=True, capture_output=True, text=True).stdout.splitlines():
        record, _, member, _, _, kind, count, column = line.split()
        tables.setdefault("partner_" + record, []).append((member, int(kind), int(count), column == "c"))

    faults, members = [], 0
    for name in sorted(set(known) | set(tables)):
        if name in NO_RECORD:
            if name in tables:
                faults.append(f"{name} has a record, so it should not be listed as having none")
            continue
        if name not in tables or name not in known:
            faults.append(f"{name}: {'no record' if name in known else 'no struct in the headers'}")
            continue
        declared, listed = known[name], tables[name]
        if [member for member, *_ in declared] != [member for member, *_ in listed]:
            faults.append(f"{name}: the header has {[m[0] for m in declared]}, the table {[m[0] for m in listed]}")
            continue
        for (member, base, pointer, elements), (_, kind, count, column) in zip(declared, listed):
            members += 1
            wanted = {RECORD} if base in tables else TYPES.get(base, set())
            if kind not in wanted:
                faults.append(f"{name}.{member}: {base} in the header, type {kind} in the table")
            if column != (pointer and base not in tables and base != "void"):
                faults.append(f"{name}.{member}: a column in one and none in the other")
            if not column and count != elements_of(elements, numbers):
                faults.append(f"{name}.{member}: [{elements}] in the header, {count} in the table")
    for unused in sorted(set(NO_RECORD) - set(known)):
        faults.append(f"{unused} is listed as having no record and is no struct")
    for fault in faults:
        print(fault)
    if members < 100:
        faults.append("")
        print(f"only {members} members were compared: the headers were not understood")
    print(f"{members} members of {len(tables)} structs compared, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
