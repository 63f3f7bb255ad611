#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Takes out of a source distribution of the Python package what only the tests in C, the examples in C and the
documentation site need. Called by `meson dist`."""

import os
import shutil
from pathlib import Path

KEPT = {"tests": {"python"}, "examples": {"meson.build", "pareto.py", "pareto.ipynb", "channel"}}
LEFT_OUT = (".ci", ".github", "docs")


def main() -> None:
    root = Path(os.environ["MESON_DIST_ROOT"])
    unwanted = [root / name for name in LEFT_OUT]
    for folder, kept in KEPT.items():
        unwanted += [path for path in (root / folder).glob("*") if path.name not in kept]
    for path in unwanted:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
