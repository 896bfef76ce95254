"""From landed files to reconciled cost tables and marts, in DuckDB and Parquet."""
