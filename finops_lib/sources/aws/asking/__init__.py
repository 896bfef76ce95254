"""Asking AWS for what there is: every page, region and account, nothing twice a day, and no refusal without a row."""
