"""Who runs what: one module an account archetype."""
