"""Bytes to typed rows: text, records, cells, tables. Nothing here knows what a claim means."""
