"""A simulated Phuket that sends what Phuket sends: the embedded source of the demo and the tests.

    truth + registers + published ──▶ sources ──▶ dropping, serving ──▶ the platform

First a ground truth that the platform never sees (`truth`), beside it what stands in the city
(`registers`) and what its agencies have published (`published`); from these the sources
(`sources`), with known defects; then files (`dropping`) and protocols (`serving`). `city` is the
door. Nothing else in the platform may import this package except the commands that run it.
"""
