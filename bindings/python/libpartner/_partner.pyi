# SPDX-License-Identifier: MIT
# The extension module that cffi makes: its contents have no types of Python.
from typing import Any

ffi: Any
lib: Any
