"""The doors that are open to visitors and the pages they are on. No login, no session."""
