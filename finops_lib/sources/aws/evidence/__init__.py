"""What AWS says there is, what is used of it and what it would change: raw answers, kept, and read as typed frames."""
