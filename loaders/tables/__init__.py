"""A grid -> its tables: where they begin and end, what each row is, facts across rows."""
