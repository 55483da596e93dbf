"""Builds the programs, runs them against one server, and turns what they print into tables and charts."""
