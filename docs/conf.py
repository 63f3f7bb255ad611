# SPDX-License-Identifier: MIT
"""The documentation site; docs/build.sh builds it."""

import re
from pathlib import Path

_root = Path(__file__).resolve().parents[2]

project = "libpartner"
author = "the libpartner authors"
copyright = author
version = release = re.search(r"version: '([^']+)'", (_root / "meson.build").read_text())[1]

extensions = ["myst_parser", "sphinx_design", "sphinx_copybutton"]
myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline"]
myst_heading_anchors = 4
exclude_patterns = ["examples"]
highlight_language = "text"

html_theme = "furo"
html_title = f"libpartner {version}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b5d8a", "color-brand-content": "#0b5d8a"},
    "dark_css_variables": {"color-brand-primary": "#6cc0ee", "color-brand-content": "#6cc0ee"},
}
