partner loyalty events.csv --program program.json
