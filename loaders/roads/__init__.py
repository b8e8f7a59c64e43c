"""How files arrive: upload, folder, mailbox, Google Sheets."""
