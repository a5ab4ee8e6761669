"""WHAT WE ASK OF OTHERS: the one opener of requests to anybody else, safe against forged targets."""
