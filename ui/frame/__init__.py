"""What every page has: the session, navigation, filters, tables, the rows behind a number."""
