"""A probe module in PostgreSQL 17 and in pgbgw, in turns: what the measurements share."""
import os, platform, pwd, shutil, signal, statistics, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SIDES = ["PostgreSQL", "pgbgw"]


def parsed(lines):
    """{line's name: {key: value}}."""
    found = {}
    for line in lines:
        name, *pairs = line.split()
        # Several lines of one name: the last counts.
        found.setdefault(name.split("/")[0], {}).update(pair.split("=", 1) for pair in pairs if "=" in pair)
    return found


def postgresql17():
    """The folder with bin of a PostgreSQL 17: PGBGW_POSTGRES17, or one that is fetched."""
    given = os.environ.get("PGBGW_POSTGRES17")
    if not given:
        subprocess.run([ROOT + "/.ci/postgresql17", ROOT + "/target/postgresql17"], check=True, stdout=subprocess.DEVNULL)
    return given or ROOT + "/target/postgresql17/pg"


def target():
    """Builds pgbgw; the folder with it."""
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    return os.path.join(os.environ.get("CARGO_TARGET_DIR", ROOT + "/target"), "release")


class Machine:
    """A probe of benches/, compiled, and both programs. As root, servers run as the user nobody."""

    def __init__(self, module):
        self.module = module
        self.postgresql = postgresql17()
        built = target()
        self.user = {}
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.user = dict(user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])
        self.root = tempfile.mkdtemp(prefix=module + "-")
        os.chmod(self.root, 0o755)
        self.bin, self.lib = self.root + "/bin", self.root + "/lib"
        os.mkdir(self.bin)
        os.mkdir(self.lib)
        for name in ("pgbgw", "libpgbgw.so"):
            shutil.copy(os.path.join(built, name), self.bin)
        subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-fPIC", "-shared", "-I", ROOT + "/include", "-o",
                        f"{self.lib}/{module}.so", f"{ROOT}/benches/{module}.c"], check=True)

    def run(self, side, scenario, own, server={}, seconds=120):
        """What the probe says when it is loaded on a side to run a scenario, with settings of its own and the server's."""
        folder = tempfile.mkdtemp(dir=self.root)
        if self.user:
            os.chown(folder, self.user["user"], self.user["group"])
        data, out = folder + "/data", folder + "/out"
        settings = {"dynamic_library_path": self.lib, "shared_preload_libraries": self.module, "log_min_messages": "warning",
                    "max_worker_processes": 64, f"{self.module}.scenario": scenario, f"{self.module}.output": out, **server}
        settings.update({f"{self.module}.{key}": value for key, value in own.items()})
        if side == "PostgreSQL":
            subprocess.run([self.postgresql + "/bin/initdb", "-D", data, "-A", "trust", "-N", "--no-locale", "-E", "UTF8"],
                           check=True, stdout=subprocess.DEVNULL, **self.user)
            settings.update({"listen_addresses": "", "unix_socket_directories": folder, "fsync": "off"})
            command, conf = [self.postgresql + "/bin/postgres", "-D", data], data + "/postgresql.conf"
        else:
            subprocess.run([self.bin + "/pgbgw", "init", "-D", data], check=True, stdout=subprocess.DEVNULL, **self.user)
            command, conf = [self.bin + "/pgbgw", "run", "-D", data], data + "/pgbgw.conf"
        with open(conf, "a") as file:
            file.writelines(f"{key} = '{value}'\n" for key, value in settings.items())
        with open(folder + "/log", "w") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, **self.user)
        lines, until = [], time.monotonic() + seconds
        while "done" not in lines:
            if time.monotonic() > until or process.poll() is not None:
                process.send_signal(signal.SIGQUIT)
                sys.exit(f"{side}, {scenario}: no result\n" + open(folder + "/log").read())
            time.sleep(0.05)
            if os.path.exists(out):
                lines = open(out).read().splitlines()
        process.send_signal(signal.SIGQUIT)
        process.wait(60)
        shutil.rmtree(folder)
        return parsed(line for line in lines if line != "done")

    def clean(self):
        shutil.rmtree(self.root, ignore_errors=True)

    def where(self):
        """When and where a measurement was made, in words."""
        version = subprocess.run([self.postgresql + "/bin/postgres", "--version"], capture_output=True, text=True)
        return (f"{time.strftime('%Y-%m-%d', time.gmtime())}, PostgreSQL {version.stdout.split()[-1]}, {platform.system()} "
                f"{platform.release()} on {platform.machine()}, {os.cpu_count()} processors")


def in_turns(number):
    """The sides of a round: whoever is first has no advantage from it."""
    return SIDES if number % 2 == 0 else SIDES[::-1]


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def spread(all):
    return f"{number(statistics.median(all))} ({number(min(all))} - {number(max(all))})"
