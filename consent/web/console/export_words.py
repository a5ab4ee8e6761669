"""What exports are called on pages: their formats, states and conditions."""

from consent.exports import State
from consent.web.console.words import N_

FORMATS = {
    "csv": N_("CSV for spreadsheets"),
    "jsonl": N_("JSON Lines for programs"),
    "xlsx": N_("Excel workbook"),
    "parquet": N_("Parquet for analysis"),
    "ledger": N_("Evidence log for auditors"),
    "pack": N_("Pack for an authority: records, log, notices, verifier"),
}
STATES = {
    State.REQUESTED: N_("waits for the worker"),
    State.RUNNING: N_("is being written"),
    State.DONE: N_("done"),
    State.FAILED: N_("failed"),
    State.CANCELLED: N_("stopped"),
    State.EXPIRED: N_("expired"),
}
BADGES = {State.DONE: "good", State.FAILED: "bad", State.REQUESTED: "wait", State.RUNNING: "wait"}
CONDITIONS = {
    "subject": N_("person"),
    "record": N_("record"),
    "action": N_("action"),
    "category": N_("category"),
    "category_is": N_("category is"),
    "vendor": N_("vendor"),
    "vendor_is": N_("vendor is"),
    "version": N_("notice version"),
    "region": N_("region"),
    "language": N_("language"),
    "late": N_("late"),
    "suspicious": N_("suspicious"),
    "gpc": N_("privacy signal"),
}
