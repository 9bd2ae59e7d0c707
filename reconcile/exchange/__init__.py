"""Outside formats: what a ledger and its views look like to other programs."""
