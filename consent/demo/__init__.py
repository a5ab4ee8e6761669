"""The demo: an invented shop, its notice, and small stand-ins for the companies a shop embeds."""
