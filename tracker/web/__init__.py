"""The pages, by area. Each area's file exports `bp`; BLUEPRINTS is all there is."""

from __future__ import annotations

from flask import Blueprint, Flask

from tracker.web import (
    auth,
    box_link,
    boxes,
    briefs,
    calendar_help,
    chase_letters,
    chasing,
    contact,
    dashboard,
    data_entry,
    days,
    errors,
    extensions,
    feeds,
    field_link,
    fieldwork,
    files,
    filters,
    gates,
    group_days,
    guards,
    health,
    intake,
    joining,
    journal,
    ladder,
    method,
    outbox,
    own_settings,
    plan_acts,
    plans,
    progress_reports,
    public,
    publications,
    questionnaires,
    recheck,
    rehearsal,
    reset,
    results,
    second_step,
    security,
    sessions,
    stage_dates,
    tasks,
    templates,
    unit_changes,
    units,
    users,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    auth.bp,
    dashboard.bp,
    plans.bp,
    plan_acts.bp,
    rehearsal.bp,
    chasing.bp,
    chase_letters.bp,
    briefs.bp,
    tasks.bp,
    journal.bp,
    feeds.bp,
    health.bp,
    intake.bp,
    units.bp,
    unit_changes.bp,
    contact.bp,
    own_settings.bp,
    extensions.bp,
    calendar_help.bp,
    outbox.bp,
    templates.bp,
    joining.bp,
    days.bp,
    group_days.bp,
    stage_dates.bp,
    data_entry.bp,
    questionnaires.bp,
    reset.bp,
    second_step.bp,
    users.bp,
    files.bp,
    fieldwork.bp,
    field_link.bp,
    boxes.bp,
    box_link.bp,
    method.bp,
    gates.bp,
    ladder.bp,
    recheck.bp,
    results.bp,
    publications.bp,
    public.bp,
    progress_reports.bp,
)


def register(app: Flask) -> None:
    """Adds the frame of every page and the pages themselves. To be called before CSRFProtect, see guards.register."""
    security.register(app)
    sessions.register(app)
    guards.register(app)
    filters.register(app)
    errors.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
