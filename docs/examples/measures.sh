partner measures predictions.csv
