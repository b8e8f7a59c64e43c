"""The one command line, with help in two languages: reading, forms, mail, publishing, the care of the store."""
