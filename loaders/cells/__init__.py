"""One cell -> one value: number, money, quantity, good, date, week."""
