#!/bin/sh
# SPDX-License-Identifier: MIT
# From a fresh clone to the review of a sample channel:
#     sh examples/demo.sh
# Installs what is missing (Debian, Ubuntu), builds into build-demo and runs `partner report` on the sample data.
# The second run takes seconds.
set -eu

here=$(pwd)
cd "$(dirname "$0")/.."
root=$(pwd)
build=build-demo
log=$build/demo.log

build_command() {
    mkdir -p $build
    if [ ! -f $build/build.ninja ]; then
        meson setup --buildtype=release -Dtests=false -Ddocs=false $build >$log 2>&1 || return 1
    fi
    ninja -C $build >$log 2>&1
}

sh tests/setup.sh
[ -f $build/build.ninja ] || echo "Building libpartner (once) …" >&2
# A build folder that was copied from elsewhere or made by another meson is no use: a new one may do.
if ! build_command; then
    rm -rf $build
    if ! build_command; then
        cat $log >&2
        echo "demo.sh: the build failed, see above" >&2
        exit 1
    fi
fi

$build/src/cli/partner report examples/channel

[ "$here" = "$root" ] && from="" || from=" (after cd \"$root\")"
cat <<END

Try next$from:
  2025 against 2024, who grew and who was lost:
    $build/src/cli/partner totals examples/channel/sales.csv --partners examples/channel/partners.csv --from 2025-01-01 --to 2026-01-01 --previous 2024-01-01..2025-01-01
  Who moved from class to class in that year, and how regular each one's revenue is:
    $build/src/cli/partner pareto examples/channel/sales.csv --partners examples/channel/partners.csv --from 2025-01-01 --to 2026-01-01 --previous 2024-01-01..2025-01-01 --xyz quarter
  What hangs on any one partner, and all figures as JSON:
    $build/src/cli/partner pareto examples/channel/sales.csv --partners examples/channel/partners.csv --leave-one-out
    $build/src/cli/partner pareto examples/channel/sales.csv --partners examples/channel/partners.csv --format json
  The loyalty program in plain words, one partner's statement, and what another program would have cost:
    $build/src/cli/partner check examples/channel/program.json
    $build/src/cli/partner loyalty examples/channel/events.csv --program examples/channel/program.json --partners examples/channel/partners.csv --statement P121
    $build/src/cli/partner loyalty examples/channel/events.csv --program examples/channel/program.json --partners examples/channel/partners.csv --compare examples/program-caps.json
  Who changed segment between 2024 and 2025 and by what evidence, and where 1500 hours would go instead:
    $build/src/cli/partner segment examples/channel/sales.csv --interactions examples/channel/interactions.csv --partners examples/channel/partners.csv --rules examples/channel/segments.json --from 2025-01-01 --to 2026-01-01 --previous 2024-01-01..2025-01-01 --movers
    $build/src/cli/partner segment examples/channel/sales.csv --interactions examples/channel/interactions.csv --partners examples/channel/partners.csv --rules examples/channel/segments.json --budget 1500 --sensitivity --view allocation
  The doubts most worth a call, why the first of them is one, and how past forecasts fared:
    $build/src/cli/partner pipeline examples/channel/deals.csv --process examples/channel/process.json --milestones examples/channel/milestones.csv --claims examples/channel/claims.csv --doubts
    $build/src/cli/partner pipeline examples/channel/deals.csv --process examples/channel/process.json --milestones examples/channel/milestones.csv --claims examples/channel/claims.csv --explain 0
    $build/src/cli/partner pipeline examples/channel/deals.csv --process examples/channel/process.json --milestones examples/channel/milestones.csv --claims examples/channel/claims.csv --backtest --view backtest
  Your own export: first what the command understands of it, then the review
    $build/src/cli/partner check YOUR-SALES.csv
    $build/src/cli/partner pareto YOUR-SALES.csv
END
