"""The demo: a policy decides under load, a task manager dies, and the ledger has the last word."""
