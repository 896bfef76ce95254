"""One client's settings: finops.toml to frozen values, each knowing where it came from."""
