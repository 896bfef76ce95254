"""One SELECT a dialect family: what a bill's row means in FOCUS terms is written here and nowhere else."""
