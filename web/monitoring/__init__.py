"""For monitoring systems: alive, ready, numbers. Nobody signs in, and nothing here is about people or cases."""

from web.monitoring.views import blueprint

__all__ = ["blueprint"]
