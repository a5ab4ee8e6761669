"""WHAT IT ADDS UP TO: counts by day that stay exact when records leave."""
