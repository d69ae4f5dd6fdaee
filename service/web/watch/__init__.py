"""For administrators: how the service is doing, outbox and diagrams; in the demo its mailbox and clock."""
