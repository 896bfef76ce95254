"""From notebooks to documents: lint, run, assemble, print, and keep what was made."""
