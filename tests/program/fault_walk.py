"""Runs the program with one call failing (tests/faults/inject.c) and checks how it ends.

Whatever fails, on whichever rank: the run ends, with status 3 and one line, or with 0 and the right result; what lies in
the output directory can be opened, and its report tells the same. Only of a checkpoint that could not be written or
read, and of an end that could not be marked, a line tells although the run goes on. What failed is resumed to the
result of the run in which nothing failed.
"""
import os
import re
import shutil

import h5py

import loligo_test
from loligo_test import check, equal, read_report, run, run_model, write_model
from resuming import check_opens, check_same, closed_files

loligo_test.LOLIGO = os.path.join(os.path.dirname(loligo_test.LOLIGO), "tests", "loligo_faulty")

RANKS = 2
KINDS = ["allocation", "hdf5", "write"]
NOTICES = re.compile("warning: no checkpoint was written: |.*/checkpoints/step-|warning: .*; --resume would write the ")
MODEL = {
    "simulation": {"dt": 0.1, "duration": 40},
    "populations": {"E": {"model": "iaf_psc_exp", "size": 40, "params": {"I_e": "600 pA"}},
                    "H": {"model": "hh_psc_exp", "size": 5},
                    "L": {"model": "eprop_iaf", "size": 6, "params": {"trial": 12}},
                    "R": {"model": "eprop_readout", "size": 2, "params": {"trial": 12, "I_e": 1}}},
    "projections": [
        {"name": "E_to_H", "source": "E", "target": "H", "rule": {"fixed_indegree": 4}, "weight": 20,
         "delay": 1.5},
        {"source": "E", "target": "E", "rule": {"pairwise_bernoulli": 0.1}, "weight": 5, "delay": 1},
        {"name": "taught", "source": "E", "target": "H", "rule": {"fixed_indegree": 4}, "weight": 5, "delay": 2,
         "synapse": {"model": "stdp_dopamine", "modulator": "E", "Wmax": 10, "A_plus": 0.1, "A_minus": 0.1}},
        *({"source": source, "target": target, "rule": "all_to_all", "weight": 0.4, "delay": 1,
           "synapse": {"model": "e_prop", "Wmax": 1, "eta": 0.1}} for source, target in ["EL", "LR"])],
    "inputs": {"noise": {"model": "poisson", "target": "H", "rate": "8 kHz", "weight": 20}},
    "schedule": [{"at": 11.3, "set": {"populations.E[0:9].params.I_e": {"uniform": {"low": 0, "high": 900}},
                                      "inputs.noise.rate": "9 kHz"}}],
    "record": {"state": {"v": {"target": "H", "variables": ["V_m"], "interval": 0.5},
                         "w": {"target": "E[0:3]", "variables": ["V_m"], "interval": 1, "precision": "float64"}},
               "weights": {"taught": {"projection": "taught", "interval": 2}}, "connectivity": ["E_to_H"]},
}
CHECKPOINTED = {**MODEL, "checkpoint": {"every": "10 ms", "keep": 3}}


class Walk:
    """Runs of one model that are to be compared with the run in which nothing fails."""

    def __init__(self, model, begin=None):
        """begin: the directory that an unfinished run has left, if the runs are to go on from it."""
        self.model, self.begin = model, begin
        write_model("model.yaml", model)
        self._clear()
        done = self._run(begin is not None, expect=0, LOLIGO_FAULT_COUNT="1")
        shutil.rmtree("whole", ignore_errors=True)
        os.rename("out", "whole")
        self.files = sorted(os.listdir("whole"))
        self.calls = {}  # {(kind, rank): number of calls}
        for rank, counts in re.findall(r"calls on rank (\d+): (.*)", "\n".join(done.err)):
            for kind, n in re.findall(r"(\w+) (\d+)", counts):
                self.calls[kind, int(rank)] = int(n)

    def _clear(self):
        shutil.rmtree("out", ignore_errors=True)
        if self.begin:
            shutil.copytree(self.begin, "out")

    def _run(self, resume, expect=None, **environment):
        os.environ.update(environment, OMPI_MCA_odls_base_sigkill_timeout="0")  # or each failure takes a second
        args = ["--resume"] if resume else []
        try:
            return run("run", "model.yaml", "--quiet", "--output", "out", *args, ranks=RANKS, timeout=30,
                       expect=expect)
        finally:
            for name in environment:
                del os.environ[name]

    def fail(self, kind, n, rank):
        """Fails one call; raises AssertionError if the run does not take it as it should. Returns its exit status."""
        done = None
        self._clear()
        try:
            done = self._run(self.begin is not None, LOLIGO_FAULT=f"{kind}:{n}:{rank}")
            self._check(done)
            if "checkpoint" in self.model:
                self._check_resumed()
            return done.status
        except (AssertionError, OSError, KeyError) as error:
            raise AssertionError(f"{kind} {n} on rank {rank}: {error}; {done}") from error

    def leave_unfinished(self, directory):
        """What a run leaves that failed halfway, behind its first checkpoint."""
        for n in range(self.calls["hdf5", 0] // 2, self.calls["hdf5", 0], 101):
            self._clear()
            if self._run(False, LOLIGO_FAULT=f"hdf5:{n}:0").status == 3 and os.path.exists("out/checkpoints"):
                return os.rename("out", directory)
        raise AssertionError("no run failed")

    def _check(self, done):
        check(done.status in (0, 3), f"exit status {done.status}")
        notices = done.err if done.status == 0 else done.err[:-1]
        check(len(notices) <= 1 and all(map(NOTICES.match, notices)), "lines that do not belong there")
        self._check_success() if done.status == 0 else self._check_failure(done.err[-1])

    def _check_success(self):
        equal(sorted(os.listdir("out")), self.files, "files")
        check_same("out", "whole")

    def _check_failure(self, message):
        left = os.listdir("out") if os.path.exists("out") else []
        equal([name for name in left if name not in [*self.files, "segments"]], [], "unfinished files")
        check_opens("out")
        if left and ("report.yml" not in left or message.startswith("cannot write to standard output")):
            self._check_complete()  # only what tells of it failed
        elif left and not self._keeps_report():
            report = read_report("out")
            equal((report["status"], report["message"]), ("failed", message), "status and message of the report")

    def _keeps_report(self):
        """Whether the report is the earlier one: a run that fails before it touches anything leaves all as it was."""
        return self.begin is not None and read_report("out") == read_report(self.begin)

    def _check_complete(self):
        for path in closed_files("out"):
            with h5py.File(path) as file:
                equal(file["provenance/complete"][()], 1, f"complete of {path}")

    def _check_resumed(self):
        done = self._run(True)
        equal((done.status, done.err), (0, []), "exit status and stderr of the run that resumes")
        check_same("out", "whole")
        left = [name for _, folders, files in os.walk("out") for name in folders + files if name.endswith(".part")]
        equal(left, [], "under work after the end")


def walks():
    """{name: walk}; the next one overwrites the files of the one before."""
    yield "without checkpoints", Walk(MODEL)
    walk = Walk(CHECKPOINTED)
    yield "with checkpoints", walk
    walk.leave_unfinished("unfinished")
    yield "going on from an unfinished run", Walk(CHECKPOINTED, "unfinished")
    run_model({**CHECKPOINTED, "simulation": {"dt": 0.1, "duration": 20}}, "finished", ranks=RANKS)
    yield "extending a finished run", Walk(CHECKPOINTED, "finished")
