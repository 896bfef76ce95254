"""Values that every layer shares: errors, periods, scopes, notes, hashes."""
