"""WHO IS TOLD AT ONCE: addresses that hear of what happened, signed, again and again until heard."""
