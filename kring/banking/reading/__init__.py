"""The bank's files: bytes → plain facts (`facts`), without a database. `reading.reader.read` is the door."""
