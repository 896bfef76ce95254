"""Small literal bills, and what tests do with them."""
