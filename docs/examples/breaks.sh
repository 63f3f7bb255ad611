partner breaks numbers.csv --classes 3
