"""One module a file format: what is in the bytes that calamine does not tell, found before calamine may read them."""
