"""AWS as a source. The only modules, with remediation and handlers, that import boto3."""
