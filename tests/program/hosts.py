"""Hosts of a small cluster on this machine, each with a network, host name, processes and /dev/shm of its own.

They are Linux namespaces, and so is what surrounds them: run_inside() starts the script once more as the first process
of a namespace, root there whoever called it. However the script ends, the kernel ends all processes that it started,
and takes the hosts and their network away.
"""
import os
import signal
import subprocess
import sys
import tempfile

INSIDE = "LOLIGO_TEST_INSIDE"  # set for the script in its namespaces
NAMESPACES = ["--net", "--uts", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
OWN = ["unshare", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), *NAMESPACES]
NETWORK, NETWORK6 = "10.77.0", "fd77:"
PROBE = "ip link add br0 type bridge && ip link add v0 type veth peer name v1 && mount -t tmpfs tmpfs /dev/shm"
INIT = "hostname {name} && mount -t tmpfs tmpfs /dev/shm && echo ready && sleep 86400; :"  # sh reaps orphans


def why_not():
    """Why this machine has no hosts for us, or nothing."""
    try:
        done = subprocess.run([*OWN, "sh", "-c", PROBE], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return done.stderr.strip() or f"unshare: exit status {done.returncode}" if done.returncode else ""


def is_inside():
    return INSIDE in os.environ


def only_child(pid):
    """The process that a started `unshare --fork` watches over."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return int(file.read().split()[0])


def run_inside(seconds):
    """Runs this script once more, inside; returns its exit status, 1 if it took too long."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    with tempfile.TemporaryDirectory(prefix="loligo_") as work:
        # The kernel kills unshare if we are killed; unshare does not mind SIGTERM.
        command = ["setpriv", "--pdeathsig", "KILL", *OWN, sys.executable, "-B", *sys.argv]
        process = subprocess.Popen(command, env={**os.environ, INSIDE: "yes", "TMPDIR": work})
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            print(f"not finished after {seconds} s")
            return 1
        finally:
            if process.poll() is None:
                os.kill(only_child(process.pid), signal.SIGKILL)
            process.wait()


def make_network():
    """A bridge to which hosts are attached; this process is host n0 on it."""
    system("hostname", "n0")
    for command in ["link set lo up", "link add br0 type bridge", f"addr add {NETWORK}.254/24 dev br0",
                    "link set br0 up"]:
        system("ip", *command.split())


def move_to_ipv6(cluster):
    """All hosts get an address of IPv6 at NETWORK6, and lose that of IPv4."""
    for host in cluster:
        before, host.address = host.address, f"{NETWORK6}:{host.name[1:]}"
        for command in [f"addr add {host.address}/64 dev eth0 nodad", f"addr del {before}/24 dev eth0"]:
            system(*host.command("ip", *command.split()))
    for command in [f"addr add {NETWORK6}:254/64 dev br0 nodad", f"addr del {NETWORK}.254/24 dev br0"]:
        system("ip", *command.split())


def system(*command):
    subprocess.run(command, check=True, timeout=10, stdin=subprocess.DEVNULL)


class Host:
    """Host n1, n2, ... at NETWORK.1, .2, ..."""

    def __init__(self, number):
        self.name, self.address = f"n{number}", f"{NETWORK}.{number}"
        self.boot()

    def boot(self):
        self.watcher = subprocess.Popen(["unshare", *NAMESPACES, "sh", "-c", INIT.format(name=self.name)],
                                        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        if self.watcher.stdout.readline() != "ready\n":
            raise OSError(f"host {self.name} does not start")
        self.pid = only_child(self.watcher.pid)
        link = f"to_{self.name}"
        system("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", str(self.pid))
        system("ip", "link", "set", link, "master", "br0", "up")
        for command in [f"addr add {self.address}/24 dev eth0", "link set eth0 up", "link set lo up"]:
            system(*self.command("ip", *command.split()))

    def command(self, *command):
        """A command line that runs a command on this host."""
        return ["nsenter", "--target", str(self.pid), "--net", "--uts", "--mount", "--pid", "--", *command]

    def kill(self):
        """Power off: first its link goes, then all its processes end, so that nobody hears of it."""
        system("ip", "link", "delete", f"to_{self.name}")
        self.watcher.kill()
        self.watcher.wait(10)
