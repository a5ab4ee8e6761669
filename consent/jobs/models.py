"""The table of the background jobs' last runs."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from consent.db import Base


class JobRun(Base):
    """The last run of one job, by whichever worker; written over each time."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    every_seconds: Mapped[int]
    took_ms: Mapped[int]
    ran_at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]
