# SPDX-License-Identifier: MIT
"""Every analysis that the command knows has a page, and the page shows the same example in every language.

python3 check_pages.py COMMAND
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1]
NO_ANALYSIS = {"report", "check"}


def analyses(command: str) -> list[str]:
    wrapper = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
    said = subprocess.run([*wrapper, command, "--help"], check=True, capture_output=True, text=True).stdout
    names = re.findall(r"^  (?:partner )?([a-z]+) ", said, re.M)
    return [name for name in names if name not in NO_ANALYSIS]


def main() -> None:
    found = analyses(sys.argv[1])
    wrong = []
    for name in found:
        page = DOCS / f"{name}.md"
        text = page.read_text(encoding="utf-8") if page.is_file() else ""
        for file in (f"{name}.c", f"{name}.sh", f"{name}.py", f"{name}.lua", f"{name}.txt"):
            if not (DOCS / "examples" / file).is_file() or f"examples/{file}" not in text:
                wrong.append(f"docs/{name}.md does not show docs/examples/{file}")
    print(*wrong, sep="\n")
    sys.exit(1 if wrong or len(found) < 2 else 0)


if __name__ == "__main__":
    main()
