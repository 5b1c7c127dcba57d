"""Registers into one: complaints and items joined, edited copies merged in three ways, settings compared. Pure.

What comes out does not depend on the order of the registers, and merging what was merged before changes nothing.
"""
