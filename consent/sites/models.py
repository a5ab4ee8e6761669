"""A site: a website whose visitors are asked."""

from datetime import datetime

from sqlalchemy import JSON, Text
from sqlalchemy.orm import Mapped, mapped_column

from consent.db import Base
from consent.sites.origins import of_page


class Site(Base):
    """A website with its origins. `key` is public and stands in addresses."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    origins: Mapped[list[str]] = mapped_column(JSON)
    default_language: Mapped[str] = mapped_column(Text)
    retention: Mapped[str] = mapped_column(Text)
    public_log: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    def has(self, address: str) -> bool:
        """Say whether an address lies on one of the site's own origins."""
        page = of_page(address)
        return page is not None and page[0] in self.origins
