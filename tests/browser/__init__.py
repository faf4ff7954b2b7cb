"""The service as people see it, in a browser that is closed before other tests begin: its event loop would be in their way."""
