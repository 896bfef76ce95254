"""Looks and words of results: charts, tables, sentences. Numbers are rounded here, and only here."""
