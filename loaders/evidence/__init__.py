"""A table -> its kind and the meaning of each column; decided or asked."""
