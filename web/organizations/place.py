"""The blueprint that the views of this folder share."""

from flask import Blueprint

blueprint = Blueprint("organizations", __name__, url_prefix="/organizations")
