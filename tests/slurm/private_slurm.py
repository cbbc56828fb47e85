"""A real Slurm of one's own: munged, slurmctld and one slurmd per host, all in the folder given; nothing under /etc.

With namespaces each node is a host of its own (../program/hosts.py). Without the right to make them, all nodes are this
host, at several ports.
"""
import getpass
import os
import re
import shutil
import signal
import socket
import subprocess
import time

import hosts

PROGRAMS = ["munged", "mungekey", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "sinfo"]
FINAL = ["COMPLETED", "FAILED", "TIMEOUT", "CANCELLED", "NODE_FAIL"]
CPUS = 4  # of each node, whatever the machine has
CONFIGURATION = """
ClusterName=loligo
SlurmctldHost={controller}({address})
SlurmctldPort={port}
SlurmUser={user}
SlurmdUser={user}
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/%n/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n/slurmd.log
TmpFS={folder}/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=0,batch_sched_delay=0
CommunicationParameters=NoAddrCache
MailProg=/bin/true
ReturnToService=2
KillWait=5
SlurmdTimeout=5
{nodes}
PartitionName=main Nodes=ALL Default=YES MaxTime=60 DefaultTime=5 State=UP
"""


class Lacking(Exception):
    """What Slurm needs and this machine does not have."""


def missing():
    """Programs of Slurm and munge that are not installed."""
    return [name for name in PROGRAMS if not shutil.which(name, path=search_path())]


def search_path():
    return os.environ["PATH"] + ":/usr/sbin:/sbin"


class SharedHost:
    """A node that is no host of its own."""

    def __init__(self, number, conf):
        self.name, self.address, self.conf = f"n{number}", "127.0.0.1", conf

    def command(self, *command):
        return ["env", f"LOLIGO_TEST_NODE={self.name}", *command]

    def is_of(self, variables):
        """Whether a process belongs to this node, by its environment."""
        ours = f"LOLIGO_TEST_NODE={self.name}", f"SLURMD_NODENAME={self.name}"
        return f"SLURM_CONF={self.conf}" in variables and any(name in variables for name in ours)

    def kill(self):
        """The node no longer answers. (If its processes ended, others would see their connections close.)"""
        signal_where(self.is_of, signal.SIGSTOP)

    def boot(self):
        signal_where(self.is_of, signal.SIGKILL)


def signal_where(condition, number):
    """Sends a signal to the processes whose environment fulfils a condition."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ") as file:
                if int(pid) != os.getpid() and condition(file.read().split("\0")):
                    os.kill(int(pid), number)
        except (OSError, UnicodeDecodeError):
            pass


def free_ports(count):
    sockets = [socket.create_server(("", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Slurm:
    """Started by `with`; everything it started has ended behind it."""

    def __init__(self, folder, n_nodes):
        self.folder, self.conf = folder, os.path.join(folder, "slurm.conf")
        self.nodes = [hosts.Host(number) if hosts.is_inside() else SharedHost(number, self.conf)
                      for number in range(1, n_nodes + 1)]
        mine = {name: value for name, value in os.environ.items() if not name.startswith("SLURM")}  # we may be in a job
        self.environment = {**mine, "SLURM_CONF": self.conf, "PATH": search_path(), "LC_ALL": "C.UTF-8"}
        if not hosts.is_inside():
            self.environment["OMPI_MCA_btl"] = "tcp,self"  # shared memory is named by host and job step
        self.daemons, self.hurried = [], set()

    def __enter__(self):
        try:
            self.start()
        except BaseException as reason:
            if not isinstance(reason, Lacking):
                print(self.log())
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        os.mkdir(os.path.join(self.folder, "state"))
        self.write_configuration()
        self.start_munge()
        self.daemon(["slurmctld", "-D", "-c"])
        for node in self.nodes:
            os.makedirs(os.path.join(self.folder, node.name, "spool"))
            self.start_node(node)
        idle = lambda: self.output("sinfo", "-h", "-t", "idle", "-o", "%D", check=False) == str(len(self.nodes))
        wait_until(lambda: idle() or self.lacks(), 30, "nodes of Slurm that are ready")
        if self.lacks():
            raise Lacking(self.lacks())

    def log(self):
        with open(os.path.join(self.folder, "daemons.log")) as file:
            return file.read()

    def lacks(self):
        """What a daemon has ended for, if it is the machine's."""
        has_ended = any(process.poll() is not None for process in self.daemons)
        found = has_ended and re.search(r"error: (.*)\n.*Unable to initialize cgroup plugin", self.log())
        return found.group(1) if found else ""

    def write_configuration(self):
        inside, name = hosts.is_inside(), socket.gethostname().split(".")[0]
        ports = free_ports(1 + len(self.nodes))
        nodes = [f"NodeName={node.name} NodeHostname={node.name if inside else name} "
                 f"NodeAddr={node.address} Port={port} CPUs={CPUS} RealMemory=4000"
                 for node, port in zip(self.nodes, ports[1:])]
        with open(self.conf, "w") as file:
            file.write(CONFIGURATION.format(
                controller=name, address=f"{hosts.NETWORK}.254" if inside else "127.0.0.1", port=ports[0],
                user=getpass.getuser(), folder=self.folder, nodes="\n".join(nodes)))

    def start_munge(self):
        path = os.path.join(self.folder, "munge")
        os.mkdir(path, 0o700)
        self.output("mungekey", "--create", f"--keyfile={path}/key")
        self.daemon(["munged", "--foreground", "--force", f"--key-file={path}/key", f"--pid-file={path}/pid",
                     f"--socket={self.folder}/munge.socket", f"--seed-file={path}/seed"])
        wait_until(lambda: os.path.exists(f"{self.folder}/munge.socket"), 10, "munged")

    def start_node(self, node):
        self.daemon(node.command("slurmd", "-D", "-N", node.name))

    def daemon(self, command):
        with open(os.path.join(self.folder, "daemons.log"), "a") as log:
            self.daemons.append(subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                                                 stderr=log, start_new_session=True))

    def stop(self):
        """Kills what knows our configuration: daemons, job steps, jobs."""
        for _ in range(2):  # what was about to be forked is met the second time
            for process in self.daemons:
                process.kill()
                process.wait(10)
            signal_where(lambda variables: f"SLURM_CONF={self.conf}" in variables, signal.SIGKILL)

    def output(self, *command, check=True, **options):
        """What a command of Slurm prints."""
        options = {"env": self.environment, **options}
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL,
                              check=False, **options)
        if check and done.returncode:
            raise AssertionError(f"exit status {done.returncode}: {' '.join(command)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def submit(self, arguments, folder, variables):
        """Runs sbatch in a folder, with variables in the environment; returns the number of the job."""
        return self.output("sbatch", "--parsable", *arguments, cwd=folder, env={**self.environment, **variables})

    def jobs(self, job):
        """What scontrol shows of a job, or of each member of an array."""
        lines = self.output("scontrol", "-o", "show", "job", job).splitlines()
        return [dict(field.split("=", 1) for field in line.split() if "=" in field) for line in lines]

    def restarts(self, job):
        return int(self.jobs(job)[0]["Restarts"])

    def node_names(self, job):
        """The nodes of a job that runs or ran."""
        return self.output("scontrol", "show", "hostnames", self.jobs(job)[0]["NodeList"]).split()

    def last_node(self, job):
        """Not the one that runs the batch file."""
        name = self.node_names(job)[-1]
        return next(node for node in self.nodes if node.name == name)

    def start_again(self, node):
        node.boot()
        self.start_node(node)

    def wait_for(self, job, seconds):
        """The state in which a job ends, or each member of an array."""
        def is_over():
            jobs = self.jobs(job)
            for fields in jobs:
                self.hurry(fields)
            return all(fields["JobState"] in FINAL for fields in jobs)
        wait_until(is_over, seconds, f"the end of job {job}")
        return [fields["JobState"] for fields in self.jobs(job)]

    def wait_for_restarts(self, job, count, seconds):
        """Until a job was put back into the queue so often; the last time, it is left waiting there."""
        def is_there():
            (fields,) = self.jobs(job)
            if int(fields["Restarts"]) < count:
                self.hurry(fields)
            return int(fields["Restarts"]) == count or fields["JobState"] in FINAL
        wait_until(is_there, seconds, f"{count} restarts of job {job}")
        return self.restarts(job)

    def hurry(self, fields):
        """Slurm lets a job that was put back into the queue wait for two minutes; here, two seconds."""
        restart = fields["JobId"], fields["Restarts"]
        if fields["Reason"] == "BeginTime" and restart not in self.hurried:
            self.output("scontrol", "update", f"JobId={fields['JobId']}", "StartTime=now+2seconds")
            self.hurried.add(restart)


def wait_until(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for: {what}")
        time.sleep(0.1)
