partner deferral deferral.csv
