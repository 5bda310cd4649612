"""Formulas as paths: atoms typeset once by ziamath, put together by a small box layout.

A whole formula costs ziamath tens of milliseconds, too much for one that changes with every step.
So ziamath typesets the atoms (a letter, W_aa, tanh, a digit as an index, a bracket of some
height), each once, as outlines in units of its em. Outlines are crisp at every size, in every
colour; putting a formula together from them costs a fraction of a millisecond.

`foundry` asks ziamath and keeps what it made, `rows` puts formulas together of `boxes`, which it
also draws; `arrangement` says how an equation's formulas stand, and writes them in one line where
typesetting has failed.
"""
