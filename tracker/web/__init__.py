"""The pages, by area. Each area's file exports `bp`; BLUEPRINTS is all there is."""

from __future__ import annotations

from flask import Blueprint, Flask

from tracker.web import (
    admin,
    auth,
    box_link,
    boxes,
    briefs,
    calendar_help,
    chase_letters,
    chasing,
    compiled_templates,
    compression,
    contact,
    dashboard,
    data_entry,
    days,
    discards,
    errors,
    extensions,
    feeds,
    field_link,
    fieldwork,
    files,
    filters,
    gates,
    going_on,
    group_days,
    guards,
    guide,
    health,
    intake,
    joining,
    journal,
    kept_filters,
    kept_results,
    ladder,
    lists,
    method,
    metrics,
    offices,
    online,
    outbox,
    own_settings,
    plan_acts,
    plans,
    portfolio,
    progress_reports,
    promises,
    public,
    publications,
    questionnaires,
    readiness,
    recheck_items,
    rehearsal,
    requests,
    reset,
    results,
    second_step,
    security,
    sessions,
    shortcuts,
    single_sign_on,
    stage_dates,
    tasks,
    templates,
    unchanged_feeds,
    unit_changes,
    unit_contacts,
    users,
)
from tracker.web.late_rules import LateRule

BLUEPRINTS: tuple[Blueprint, ...] = (
    auth.bp,
    kept_filters.bp,
    dashboard.bp,
    plans.bp,
    portfolio.bp,
    plan_acts.bp,
    rehearsal.bp,
    chasing.bp,
    chase_letters.bp,
    briefs.bp,
    tasks.bp,
    journal.bp,
    feeds.bp,
    health.bp,
    readiness.bp,
    metrics.bp,
    intake.bp,
    unit_contacts.bp,
    unit_changes.bp,
    contact.bp,
    own_settings.bp,
    extensions.bp,
    promises.bp,
    going_on.bp,
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
    single_sign_on.bp,
    users.bp,
    offices.bp,
    files.bp,
    fieldwork.bp,
    field_link.bp,
    boxes.bp,
    box_link.bp,
    method.bp,
    online.bp,
    discards.bp,
    gates.bp,
    ladder.bp,
    recheck_items.bp,
    results.bp,
    publications.bp,
    public.bp,
    progress_reports.bp,
    guide.bp,
    admin.bp,
    shortcuts.bp,
    lists.bp,
)


def register(app: Flask) -> None:
    """Adds the frame of every page and the pages themselves. To be called before CSRFProtect, see guards.register."""
    app.url_rule_class = LateRule
    answered = requests.register(app)
    security.register(app)
    compression.register(app)
    compiled_templates.register(app)
    sessions.register(app)
    single_sign_on.register(app)
    guards.register(app)
    filters.register(app)
    kept_results.register(app)
    errors.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    unchanged_feeds.register(app, answered)
