"""Reading what a sender gave out when it was asked: REST answers, and its spreadsheet export."""
