"""What `flask` and every WSGI server find by name."""

from web import create_app

app = create_app()
