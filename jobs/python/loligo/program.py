"""The program as a process: found, started, waited for, and ended with all that it started."""
import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
import warnings

import yaml

from .results import Result

LAUNCHER = "mpirun --oversubscribe --bind-to none"
GRACE = 5  # seconds for a checkpoint and for closing files, where a run is ended
PATIENCE = 0.1  # seconds between two looks at a run
COMPLETE, STOPPED, NOTHING_KEPT = 0, 75, 130


class LoligoError(RuntimeError):
    """A run that did not come to its end: its text is what the program said.

    `status` is the exit status (2 a mistake in the model or the call, 3 trouble with the machine, 4 a state became
    infinite or NaN, 75 stopped early with a checkpoint, 130 stopped early without); None where there was no program.
    """

    def __init__(self, text, status=None):
        super().__init__(text)
        self.status = status


def find_program():
    """Path of the program: that of the environment variable LOLIGO, in PATH, or in build/ of the checkout of this file."""
    here = os.path.dirname(os.path.realpath(__file__))
    beside = os.path.normpath(os.path.join(here, "../../../build/loligo"))
    chosen = os.environ.get("LOLIGO")
    found = chosen or shutil.which("loligo") or beside
    if not os.access(found, os.X_OK) or os.path.isdir(found):
        why = "as the environment variable LOLIGO says" if chosen else "nor is a program loligo in PATH"
        raise LoligoError(f"{found}: there is no program, {why}; build it (jobs/build build), or set LOLIGO to its path")
    return os.path.abspath(found)


def environment_wanted():
    """What Open MPI wants in containers and as root."""
    as_root = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"} if os.geteuid() == 0 else {}
    return {"OMPI_MCA_btl_vader_single_copy_mechanism": "none", "HWLOC_HIDE_ERRORS": "2", **as_root}


def environment(ranks=1):
    """That of this process, with what Open MPI wants, also where ranks share cores."""
    shared = {"OMPI_MCA_mpi_yield_when_idle": "1"} if ranks > len(os.sched_getaffinity(0)) else {}
    return {**environment_wanted(), **shared, **os.environ}


def as_plain(value):
    """A value with the numbers and lists of Python in place of those of numpy."""
    if isinstance(value, dict):
        return {str(key): as_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, range)):
        return [as_plain(item) for item in value]
    return value.tolist() if hasattr(value, "tolist") else value


def to_yaml(value, flow=False):
    """A value as YAML; `flow`: in one line."""
    text = yaml.safe_dump(as_plain(value), sort_keys=False, allow_unicode=True,
                          **({"default_flow_style": True, "width": float("inf")} if flow else {}))
    return text.removesuffix("\n...\n").rstrip("\n") if flow else text


def set_arguments(settings):
    """Those of the command line that change a model, from {"a.b": value}."""
    return [word for key, value in settings.items() for word in ("--set", f"{key}={to_yaml(value, flow=True)}")]


def own_lines(text):
    """Lines outside of the notices of mpirun, which stand between dashed lines."""
    lines, inside = [], False
    for line in text.splitlines():
        if re.fullmatch(r"-{40,}", line):
            inside = not inside
        elif not inside and line.strip() and not line.startswith("mpirun: "):
            lines.append(line)
    return lines


def session(leader):
    """{pid: program} of what lives in the session that a process leads, without itself."""
    members = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as file:
                name, fields = file.read().rsplit(")", 1)
        except OSError:
            continue
        state, _, _, sid = fields.split()[:4]
        if int(sid) == leader and int(pid) != leader and state != "Z":
            members[int(pid)] = name.split("(", 1)[1]
    return members


def signal_all(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


class Job:
    """A run that was started, in a session of its own.

    Open MPI's files have a folder of their own too: in one for all runs of a user, one that begins when another ends fails.
    """

    def __init__(self, command, ranks, text=None, cwd=None):
        self.mpi_files = tempfile.TemporaryDirectory(prefix="loligo_mpi_", ignore_cleanup_errors=True)
        self.log = tempfile.TemporaryFile("w+", errors="replace")
        self.stdin = tempfile.TemporaryFile("w+") if text is not None else None
        if self.stdin:
            self.stdin.write(text)
            self.stdin.seek(0)
        self.process = subprocess.Popen(command, stdin=self.stdin or subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=self.log, start_new_session=True, cwd=cwd,
                                        env={"OMPI_MCA_orte_tmpdir_base": self.mpi_files.name, **environment(ranks)})

    def is_over(self):
        return self.process.poll() is not None

    def wait(self, timeout=None, is_cancelled=lambda: False):
        """Exit status; None where it took too long or was cancelled, and is still alive."""
        end = float("inf") if timeout is None else time.monotonic() + timeout
        while not is_cancelled():
            try:
                return self.process.wait(min(PATIENCE, max(end - time.monotonic(), 0)))
            except subprocess.TimeoutExpired:
                if time.monotonic() >= end:
                    return None
        return None

    def is_gone(self, seconds):
        """Whether within some seconds nothing is left of it."""
        end = time.monotonic() + seconds
        while not self.is_over() or session(self.process.pid):
            if time.monotonic() > end:
                return False
            time.sleep(PATIENCE / 5)
        return True

    def end(self, grace=GRACE):
        """Ends it and all that it started: asks for a checkpoint, then for the end, then ends it."""
        pid = self.process.pid
        try:
            if not self.is_over():
                signal_all([pid], signal.SIGUSR2)
                if self.is_gone(grace):
                    return
                signal_all([pid], signal.SIGTERM)
                self.is_gone(min(grace, 2))
        finally:
            while not self.is_gone(0):
                signal_all([pid, *session(pid)], signal.SIGKILL)
                self.is_gone(1)

    def lines(self):
        """What it has said besides how far it is."""
        self.log.seek(0)
        return own_lines(self.log.read())

    def close(self):
        self.mpi_files.cleanup()
        self.log.close()
        if self.stdin:
            self.stdin.close()


def launch(ranks, program, arguments, launcher=None):
    """The command for some ranks; one needs no launcher."""
    words = shlex.split(launcher or os.environ.get("LOLIGO_LAUNCHER", LAUNCHER))
    return [*([*words, "-n", str(ranks)] if ranks > 1 else []), program or find_program(), *arguments]


def what_is_wrong(status, timeout):
    """Words about an exit status."""
    if status is None:
        return "was cancelled" if timeout is None else f"was ended: it took longer than {timeout:g} s"
    if status == STOPPED:
        return "stopped early, with a checkpoint: resume=True goes on with it"
    return f"ended with exit status {status}" if status >= 0 else f"was ended by signal {-status}"


def perform(command, ranks, text=None, timeout=None, is_cancelled=lambda: False):
    """Waits for the end of a run; LoligoError unless it is complete. Nothing is left running, whatever happens."""
    job = Job(command, ranks, text)
    try:
        status = job.wait(timeout, is_cancelled)
        if status != COMPLETE:
            job.end()
        lines = job.lines()
    finally:
        job.end()
        job.close()
    if status != COMPLETE:
        raise LoligoError("\n  ".join([f"loligo {what_is_wrong(status, timeout)}", *lines]), status)
    for line in lines:
        if line.startswith("warning: "):  # others tell how far it is
            warnings.warn(line.removeprefix("warning: "), stacklevel=3)


def run(model, ranks=1, output=None, *, overwrite=False, resume=False, begin_from=None, timeout=None, program=None,
        launcher=None, is_cancelled=lambda: False, **settings):
    """Runs a model to its end and returns its Result.

    model      path of a model file, or the same as a mapping; paths in a mapping count from the working directory
    ranks      processes of mpirun; the result is the same on any number of them
    output     folder of the result; None: one that is removed with the Result
    overwrite  replaces a result that is there;  resume  goes on from its last checkpoint, and leaves it if it is complete
    begin_from folder of another run, or one of its checkpoints, from whose state this one begins
    timeout    seconds after which it is ended
    program    its path; None: find_program()
    launcher   "srun --mpi=pmix"; None: that of the environment variable LOLIGO_LAUNCHER, or mpirun
    settings   {"simulation.seed": 3, "record.spikes": "none"}: what --set changes

    Raises LoligoError with what the program said; its warnings become those of Python. At a KeyboardInterrupt or after
    `timeout` the run is asked to stop with a checkpoint, and ended if it does not within seconds.
    """
    temporary = tempfile.TemporaryDirectory(prefix="loligo_") if output is None else None
    folder = temporary.name if temporary else os.fspath(output)
    text = to_yaml(model) if isinstance(model, dict) else None
    arguments = ["run", "-" if text is not None else os.fspath(model), "--output", folder,
                 *(["--overwrite"] if overwrite else []), *(["--resume"] if resume else []),
                 *(["--from", os.fspath(begin_from)] if begin_from is not None else []), *set_arguments(settings)]
    perform(launch(ranks, program, arguments, launcher), ranks, text, timeout, is_cancelled)
    return Result(folder, temporary)
