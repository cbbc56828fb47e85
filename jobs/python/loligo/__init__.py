"""Runs Loligo and reads its results.

    import loligo
    result = loligo.run("model.yaml", ranks=4, **{"simulation.seed": 3})     a file or a mapping; changes as of --set
    ids, times = result.spikes["E"]                                          0-based cells, ms
    V = result.state("somas", "V_m")                                         V.times, V.ids, V[frames, cells], V.unit
    result = loligo.load("results")                                          of a run that was made elsewhere
    points = loligo.scan("model.yaml", {"simulation.seed": range(3)})        on all cores, or as an array of Slurm

Nothing is read from a file before it is asked for.
"""
from . import statistics
from .program import LoligoError, find_program, run
from .results import NotRecorded, Result, load
from .scanning import Point, Scan, ScanError, scan

__all__ = ["LoligoError", "NotRecorded", "Point", "Result", "Scan", "ScanError", "find_program", "load", "run", "scan",
           "statistics"]
