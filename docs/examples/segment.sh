partner segment sales.csv --interactions interactions.csv --rules segments.json
