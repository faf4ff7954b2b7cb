"""A Django application with the tree, its posts and one flow."""
