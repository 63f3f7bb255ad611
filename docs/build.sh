#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the documentation site into build-docs/html, without a single warning or not at all:
#     sh docs/build.sh
# The reference is made from the headers and, through the Python package, from the library's tables.
set -eu

cd "$(dirname "$0")/.."
sh tests/setup.sh python3-dev python3-venv
# The tests have an environment already, and bring the package they have built along in PYTHONPATH.
venv=${DOCS_ENVIRONMENT:-build-docs/venv}
[ -x $venv/bin/python ] || python3 -m venv $venv
if ! cmp -s docs/requirements.txt $venv/docs-requirements.txt; then
    $venv/bin/pip install --quiet --disable-pip-version-check -r docs/requirements.txt
    cp docs/requirements.txt $venv/docs-requirements.txt
fi
$venv/bin/python -c 'import libpartner' 2>/dev/null || $venv/bin/pip install --quiet --disable-pip-version-check .

source=build-docs/source
rm -rf $source build-docs/html
mkdir -p $source
cp -r docs/*.md docs/*.json docs/*.svg docs/conf.py docs/examples docs/static $source/
cp CHANGELOG.md $source/changelog.md
$venv/bin/python docs/make_reference.py include $source/reference
$venv/bin/python -m sphinx -q -W --keep-going -b html $source build-docs/html
echo "build-docs/html/index.html"
