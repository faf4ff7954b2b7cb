"""The blueprint of the reminders."""

from flask import Blueprint

blueprint = Blueprint("reminders", __name__, url_prefix="/reminders")
