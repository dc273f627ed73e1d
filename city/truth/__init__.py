"""What really happens in the simulated city. The platform never sees it; tests compare with it.

Instruments, agencies, files and defects belong to `sources`.
"""
