partner pipeline deals.csv --process process.json --milestones milestones.csv --claims claims.csv \
    --as-of 2026-03-31 --state-only
