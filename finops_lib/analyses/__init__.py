"""The analyses: pure functions from typed frames and settings to frozen results."""
