"""Repeated keys: told by hashes while rows come, proved by comparing in full."""
