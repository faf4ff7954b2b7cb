"""The demonstration: an invented enterprise, and the script that drives it through a whole campaign."""
