"""Decision Store: every decision a company takes, durable, visible and usable for the next one."""
