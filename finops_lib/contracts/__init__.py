"""The frames that cross a door between layers: their columns, types and promises."""
