"""The verbs of the service, one module per noun: each takes a Work and the Actor who asks."""
