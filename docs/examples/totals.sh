partner totals sales.csv
