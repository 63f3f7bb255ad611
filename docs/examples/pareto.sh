partner pareto sales.csv
