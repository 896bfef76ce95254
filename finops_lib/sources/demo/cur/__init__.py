"""The CUR 2.0 dress: charges become the columns that AWS Data Exports delivers."""
