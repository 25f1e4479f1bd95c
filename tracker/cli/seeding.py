"""The sample campaign: the real Cam Ranh plan, moved in time, read by the real reader, lived through by the real services."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy.orm import Session

from config import ROOT
from tracker import documents
from tracker.errors import Refused
from tracker.models import Plan
from tracker.rules.access import SYSTEM
from tracker.rules.drafts import parse
from tracker.rules.sample import days_to_move, moved_text
from tracker.services import demo, setup
from tracker.services.organisation import read_units_csv
from tracker.virtual import virtual_delivery

SEEDS: Path = ROOT / "seeds"


def create_demo(session: Session, *, now: datetime) -> Plan:
    """Make the sample campaign as if it had run for three months; commits as it goes. Raises Refused when there is no office."""
    office_id = setup.first_office(session, name=current_app.config["OFFICE_NAME"], place=current_app.config["OFFICE_PLACE"])
    text = (SEEDS / "plans" / "cam-ranh-2021.txt").read_text(encoding="utf-8")
    moved = moved_text(text, days_to_move(now.date()))
    document = documents.read_text(moved)
    parsed = parse(document)
    if len(parsed.timeline.stages) < 3:
        raise Refused("document_no_plan", "Không đọc được kế hoạch mẫu; kiểm tra tệp seeds/plans/cam-ranh-2021.txt.")
    source = demo.SampleSource(
        file_name="ke-hoach-mau.txt",
        original=moved.encode(),
        document=document,
        parsed=parsed,
        units=read_units_csv((SEEDS / "units" / "cam-ranh.csv").read_bytes()),
    )
    deliver = virtual_delivery(session, base_url=current_app.config["PUBLIC_URL"])
    return demo.create_sample(session, source, office_id=office_id, by=SYSTEM, now=now, deliver=deliver)
