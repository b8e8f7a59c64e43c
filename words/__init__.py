"""Every sentence, name and number format, in two languages."""
