"""Units, their groups, contacts and heads: taking in a list, and the small corrections after it."""

from tracker.services.organisation.changes import Arrangement, apply_changes, preview_changes
from tracker.services.organisation.lists import ImportCounts, import_units, read_units_csv, unit_ids_of
from tracker.services.organisation.people import (
    ContactFields,
    UnitFields,
    end_contact,
    get_contact,
    get_unit,
    in_charge,
    new_nonce,
    renew_head_link,
    renew_link,
    save_contact,
    save_unit,
)
from tracker.services.organisation.personal_data import data_of_contact, erase_contact, erase_old_contacts, forget_letters

__all__ = [
    "Arrangement",
    "ContactFields",
    "ImportCounts",
    "UnitFields",
    "apply_changes",
    "data_of_contact",
    "end_contact",
    "erase_contact",
    "erase_old_contacts",
    "forget_letters",
    "get_contact",
    "get_unit",
    "import_units",
    "in_charge",
    "new_nonce",
    "preview_changes",
    "read_units_csv",
    "renew_head_link",
    "renew_link",
    "save_contact",
    "save_unit",
    "unit_ids_of",
]
