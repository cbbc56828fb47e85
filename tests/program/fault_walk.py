"""Runs the program with one call failing (tests/faults/inject.c) and checks how it ends.

Whatever fails, on whichever rank: the run ends, with status 3 and one line, or with 0 and the right result; what lies in
the output directory can be opened, and its report tells the same.
"""
import os
import re
import shutil
import signal

import h5py

import loligo_test
from loligo_test import check, equal, one_line, read_report, read_spikes, run, write_model

loligo_test.LOLIGO = os.path.join(os.path.dirname(loligo_test.LOLIGO), "tests", "loligo_faulty")

RANKS = 2
KINDS = ["allocation", "hdf5", "write"]
MODEL = {
    "simulation": {"dt": 0.1, "duration": 40},
    "populations": {"E": {"model": "iaf_psc_exp", "size": 40, "params": {"I_e": "600 pA"}},
                    "H": {"model": "hh_psc_exp", "size": 5}},
    "projections": [
        {"name": "E_to_H", "source": "E", "target": "H", "rule": {"fixed_indegree": 4}, "weight": 20,
         "delay": 1.5},
        {"source": "E", "target": "E", "rule": {"pairwise_bernoulli": 0.1}, "weight": 5, "delay": 1}],
    "inputs": {"noise": {"model": "poisson", "target": "H", "rate": "8 kHz", "weight": 20}},
    "record": {"state": {"v": {"target": "H", "variables": ["V_m"], "interval": 0.5},
                         "w": {"target": "E[0:3]", "variables": ["V_m"], "interval": 1, "precision": "float64"}},
               "connectivity": ["E_to_H"]},
}


class Walk:
    """Runs of one model that are to be compared with the run in which nothing fails."""

    def __init__(self, model):
        write_model("model.yaml", model)
        done = self._run(expect=0, LOLIGO_FAULT_COUNT="1")
        self.calls = {}  # {(kind, rank): number of calls}
        for rank, counts in re.findall(r"calls on rank (\d+): (.*)", "\n".join(done.err)):
            for kind, n in re.findall(r"(\w+) (\d+)", counts):
                self.calls[kind, int(rank)] = int(n)
        self.files = sorted(os.listdir("out"))
        self.spikes, self.checksum = read_spikes("out"), read_report("out")["spikes_checksum"]

    def _run(self, expect=None, **environment):
        shutil.rmtree("out", ignore_errors=True)
        os.environ.update(environment, OMPI_MCA_odls_base_sigkill_timeout="0")  # or each failure takes a second
        try:
            return run("run", "model.yaml", "--quiet", "--output", "out", ranks=RANKS, timeout=30, expect=expect)
        finally:
            for name in environment:
                del os.environ[name]

    def fail(self, kind, n, rank):
        """Fails one call; raises AssertionError if the run does not take it as it should. Returns its status."""
        done = self._run(LOLIGO_FAULT=f"{kind}:{n}:{rank}")
        try:
            check(done.status in (0, 3), f"exit status {done.status}")
            self._check_success(done) if done.status == 0 else self._check_failure(done)
            return done.status
        except (AssertionError, OSError, KeyError) as error:
            raise AssertionError(f"{kind} {n} on rank {rank}: {error}; stderr: {done.err}") from error

    def _check_success(self, done):
        equal(done.err, [], "stderr")
        equal(sorted(os.listdir("out")), self.files, "files")
        report, spikes = read_report("out"), read_spikes("out")
        equal((report["status"], report["spikes_checksum"]), ("complete", self.checksum), "status and checksum")
        for name, columns in self.spikes.items():
            check(all((a == b).all() for a, b in zip(columns, spikes[name])), f"other spikes of {name}")
        self._check_complete()

    def _check_complete(self):
        for name in filter(is_h5, self.files):
            with h5py.File(f"out/{name}") as file:
                equal(file["provenance/complete"][()], 1, f"complete of {name}")

    def _check_failure(self, done):
        one_line(done)
        left = os.listdir("out") if os.path.exists("out") else []
        equal([name for name in left if name not in self.files], [], "unfinished files")
        for name in filter(is_h5, left):
            h5py.File(f"out/{name}").close()
        if left and "report.yml" not in left:
            self._check_complete()  # only the report itself failed
        elif left:
            report = read_report("out")
            equal((report["status"], report["message"]), ("failed", done.err[0]), "status and message of the report")


def is_h5(name):
    return name.endswith(".h5")
