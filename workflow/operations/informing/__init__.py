"""Tell people what waits for them, inside and outside: notices, mails, robots of groups, reminders, digests."""
