"""The ledger: the decision table against everything that was made of it."""
