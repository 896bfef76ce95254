"""Builders: one function a kind of workload, each adds resources and their use to the estate."""
