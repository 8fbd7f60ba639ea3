"""The library behind the states: pure where it can be, and no more AWS than each state needs."""
