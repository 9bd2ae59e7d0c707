"""The service: a ledger in a browser and over HTTP, read and never written."""
