"""Reminders 提醒: the list, what is marked read, and the count behind the bell of every page."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.parameters import ID, whole
from web.policy import signed_in
from web.reminders.place import blueprint
from web.transaction import session
from web.visitor import myself
from workflow.operations.informing.marking import mark_all_read, mark_read
from workflow.operations.reading import reminders as reading


@blueprint.get("")
@signed_in
def listing() -> ResponseReturnValue:
    """What I was told, unread first."""
    found = reading.reminders(session(), myself(), whole(request.args, "before"))
    return render_template("reminders/list.html", reminders=found, bell=reading.bell(session(), myself()))


@blueprint.get("/count")
@signed_in
def count() -> ResponseReturnValue:
    """What the bell shows. Asked for again and again, it is sent only when it has changed."""
    found = reading.bell(session(), myself())
    response = jsonify(tasks=found.tasks, unread=found.unread)
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request)


@blueprint.post(f"/<{ID}:notice_id>/read")
@signed_in
def read(notice_id: int) -> ResponseReturnValue:
    """Mark one as read, and go to what it is about where that was asked for."""
    number = mark_read(session(), myself(), notice_id)
    if number and "open" in request.form:
        return redirect(url_for("cases.show", number=number), 303)
    return redirect(url_for("reminders.listing"), 303)


@blueprint.post("/read")
@signed_in
def read_all() -> ResponseReturnValue:
    """Mark everything as read that the page has shown."""
    marked = mark_all_read(session(), myself(), whole(request.form, "newest") or 0)
    flash(f"已将{marked}条提醒标为已读。")
    return redirect(url_for("reminders.listing"), 303)
