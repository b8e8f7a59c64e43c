"""The database: uploads, lines, summed lines, originals, events; in SQLite, or PostgreSQL when several share it."""
