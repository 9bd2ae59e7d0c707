"""Totals: of each side, under each rule of aggregation, and what would turn a conclusion round."""
