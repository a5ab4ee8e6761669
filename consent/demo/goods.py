"""What the demo shop sells, and the basket as the text of one cookie."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """One piece in the shop; its drawing is `assets/pictures/SLUG.svg`."""

    slug: str
    name: str
    kind: str
    cents: int
    text: str
    facts: tuple[str, ...]

    @property
    def picture(self) -> str:
        """Return the address of its drawing."""
        return f"/assets/pictures/{self.slug}.svg"


@dataclass(frozen=True)
class Line:
    """One line of the basket."""

    product: Product
    count: int

    @property
    def cents(self) -> int:
        """Return the price of all pieces in cents."""
        return self.product.cents * self.count


PRODUCTS = (
    Product(
        "enamel-mug", "Quayside enamel mug", "Kitchen", 1450,
        "A steel mug with two coats of enamel. It shrugs off a fall on stone and keeps tea hot for "
        "the length of a ferry queue.",
        ("350 ml", "Safe on a gas flame", "Chips add character"),
    ),
    Product(
        "wool-throw", "Breakwater wool throw", "Home", 8900,
        "Woven from undyed and indigo wool in long bands, heavy enough to stay where you put it.",
        ("130 by 180 cm", "Pure new wool", "Cool hand wash"),
    ),
    Product(
        "brass-lantern", "Harbour brass lantern", "Light", 11900,
        "A storm lantern in solid brass with a glass that lifts for the match. Patina comes free.",
        ("38 cm tall", "Burns lamp oil", "Spare glass in store"),
    ),
    Product(
        "canvas-tote", "Sailcloth tote", "Bags", 4200,
        "Cut from sailcloth that did not pass for sails, with rope handles spliced by hand.",
        ("18 litres", "Rope handles", "Each one differs"),
    ),
    Product(
        "tide-clock", "Brass tide clock", "Home", 7400,
        "One hand, one turn for each lunar tide. Set it at high water and forget it for months.",
        ("20 cm across", "Runs a year on one cell", "For Atlantic coasts"),
    ),
    Product(
        "rope-mat", "Coir rope doormat", "Home", 3600,
        "Coir rope laid in the knot that decks wore for two hundred years. Sand falls through it.",
        ("45 by 75 cm", "Plant fibre only", "Shake it clean"),
    ),
    Product(
        "oak-stool", "Slipway oak stool", "Home", 13900,
        "Three legs, so it stands on any floor. Oiled oak from storm-felled trees.",
        ("46 cm tall", "Carries 130 kg", "Oil once a year"),
    ),
    Product(
        "net-floats", "Glass net floats", "Light", 5200,
        "Three blown floats in sea colours with a cord to hang them by the window.",
        ("Set of three", "9 to 14 cm", "Made from bottle glass"),
    ),
)  # fmt: skip
MOST_OF_ONE = 9


def find(slug: str) -> Product | None:
    """Return the product with this slug, if the shop has it."""
    return next((product for product in PRODUCTS if product.slug == slug), None)


def price(cents: int) -> str:
    """Return a price in euros as the shop writes it."""
    return f"€{cents // 100}.{cents % 100:02}"


def basket_lines(basket: str) -> list[Line]:
    """Read the basket's cookie; what the shop does not know is left out."""
    lines = []
    for part in basket.split("."):
        slug, _, count = part.partition("*")
        product = find(slug)
        if product is not None and count.isascii() and count.isdigit():
            lines.append(Line(product, min(int(count[:2]), MOST_OF_ONE)))
    return lines


def add_to_basket(basket: str, slug: str) -> str:
    """Return the basket's cookie with one more of a product."""
    counts = {line.product.slug: line.count for line in basket_lines(basket)}
    counts[slug] = min(counts.get(slug, 0) + 1, MOST_OF_ONE)
    return ".".join(f"{name}*{count}" for name, count in counts.items())
