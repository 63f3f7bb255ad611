# SPDX-License-Identifier: MIT
"""python -m libpartner report FOLDER --html FILE: the report of a folder as a page, or as text."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from ._errors import ArgumentError, InputOutputError, NoMemoryError, PartnerError
from ._library import version
from ._report import OPTIONS, report
from ._run import FORMATS

# Exit codes, those of the command `partner`.
OK, DATA, USAGE, SYSTEM = range(4)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m libpartner", description="Analytics for companies that sell through partners."
    )
    parser.add_argument("--version", action="version", version=f"libpartner {version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    made = commands.add_parser(
        "report",
        help="everything that can be said from the files of a folder",
        description="Everything that can be said from the files of a folder: sales.csv, and where present partners, "
        "interactions, deals, milestones, claims, events, alignment as .csv and segments, process, program as .json "
        "(or the same with .gz).",
    )
    made.add_argument("folder", metavar="FOLDER")
    made.add_argument("--html", metavar="FILE", help="write one page with tables and charts; otherwise text is printed")
    made.add_argument("--title", metavar="TEXT", help="what the page is called")
    made.add_argument("--top", metavar="N", type=int, default=10, help="rows of a long table (default: 10)")
    made.add_argument("--analyses", metavar="NAME,…", help="only these")
    made.add_argument("--mapping", metavar="FILE", help="columns and formats saved by partner check --save-mapping")
    made.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="set an option")
    made.add_argument("--quiet", action="store_true", help="do not say what was left out")
    return parser


def _options(settings: Sequence[str]) -> dict[str, str | int]:
    """NAME=VALUE as keywords."""
    options: dict[str, str | int] = {}
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign:
            raise ArgumentError(f"--set {setting}: expected NAME=VALUE")
        is_number = value.lstrip("-").isdigit()
        if name == "minor_units" or (name not in OPTIONS and name in FORMATS):
            options[name] = int(value) if is_number else value
        elif name in OPTIONS or not _is_input(name):
            # A number where an input has the same name: lp.report(partners=400).
            options[name] = int(value) if is_number and _is_input(name) else value
        else:
            raise ArgumentError(f"--set {setting}: {name} is no option")
    return options


def _is_input(name: str) -> bool:
    from ._report import INPUTS, OTHER_NAMES, READING

    return name in INPUTS or name in OTHER_NAMES or name in READING


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Returns its exit code."""
    given = _parser().parse_args(arguments)
    names = given.analyses.split(",") if given.analyses else None
    try:
        made = report(given.folder, analyses=names, mapping=given.mapping, **_options(given.set))
        if given.html:
            made.to_html(given.html, title=given.title, top=given.top)
        else:
            print(repr(made))
    except (InputOutputError, NoMemoryError) as error:
        return _fail(error, SYSTEM)
    except ArgumentError as error:
        return _fail(error, USAGE)
    except PartnerError as error:
        return _fail(error, DATA)
    except (OSError, MemoryError, ImportError) as error:
        return _fail(error, SYSTEM)
    except (TypeError, ValueError) as error:
        return _fail(error, USAGE)
    if not given.quiet and given.html:
        for note in made.notes:
            print(note, file=sys.stderr)
    return OK


def _fail(error: BaseException, code: int) -> int:
    text = str(error)
    if isinstance(error, OSError) and error.filename is not None:
        text = f"{error.filename}: {error.strerror}"
    print(text, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
