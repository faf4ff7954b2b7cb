"""The service as people see it, in a browser that ends before other tests begin: its event loop would hinder them."""
