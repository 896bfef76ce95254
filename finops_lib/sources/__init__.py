"""Where bills and other evidence come from: local folders, S3, AWS APIs and the demo organization."""
