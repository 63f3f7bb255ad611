partner allocation returns.csv
