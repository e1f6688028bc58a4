# SPDX-License-Identifier: Apache-2.0
"""A network, a process tree and a scratch directory that belong to one test run alone.

`enter()` starts the calling script again inside new Linux namespaces. There port 25 and all of
127.0.0.0/8 are free, whatever runs on the machine, so that test modules run side by side; nothing can
reach a real network; and when the script ends, however it ends, the kernel ends every daemon and
drops every file that it left behind.
"""
import os
import pathlib
import shutil
import subprocess
import sys

# A directory that every system has and that no server here needs: a tmpfs hides it from us alone.
SCRATCH = pathlib.Path("/media")
_MARK = "SMTPPROBE_TEST_ISOLATED"

# Accounts that the packages would have made. Exim and OpenSMTPD are only unpacked.
_ACCOUNTS = ("Debian-exim", "opensmtpd", "opensmtpq")


def has_accounts():
    """Real root may switch to other users; root of a user namespace has no others to switch to."""
    return os.environ.get(_MARK) == "root"


def leave_out(what):
    """For what only root can start or make: ends this script, saying plainly what was not run."""
    if has_accounts():
        return
    print(f"left out: {what} (needs root)")
    sys.exit(77)


def enter():
    """Returns inside the namespaces; outside, it replaces this process and does not return."""
    if _MARK not in os.environ:
        _start_again()
    _run("mount", "-t", "tmpfs", "-o", "mode=755", "scratch", str(SCRATCH))
    _run("ip", "link", "set", "lo", "up")
    if has_accounts():
        _add_accounts()


def scratch(name):
    """A new empty directory, gone when this script ends."""
    directory = SCRATCH / name
    directory.mkdir(parents=True)
    return directory


def hide(path):
    """An empty directory in place of a system one, for servers whose paths are compiled in."""
    _run("mount", "-t", "tmpfs", "-o", "mode=755", "hidden", str(path))


def replace(path, text):
    """Lets this script and its children see another text in a system file."""
    own = SCRATCH / ("replaced" + str(path).replace("/", "-"))
    own.write_text(text)
    _run("mount", "--bind", str(own), str(path))


def _start_again():
    unshare = shutil.which("unshare")
    if not unshare:
        sys.exit("unshare (Debian package util-linux) is missing")
    root = os.geteuid() == 0
    command = [unshare, "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if not root:
        command += ["--user", "--map-root-user"]
    if subprocess.run(command + ["true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        if root:
            sys.exit("cannot make namespaces: run in a container with CAP_SYS_ADMIN, or on the machine")
        print("left out: all of this module (this system lets no ordinary user make namespaces)")
        sys.exit(77)
    os.environ[_MARK] = "root" if root else "user"
    # Debian's own Python: others on PATH may lie in a home directory or be shims.
    python = "/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK) else sys.executable
    sys.stdout.flush()
    os.execv(unshare, command + [python, "-B"] + sys.argv)


def _add_accounts():
    passwd = pathlib.Path("/etc/passwd").read_text()
    group = pathlib.Path("/etc/group").read_text()
    number = 64200
    for account in _ACCOUNTS:
        if f"\n{account}:" in passwd:
            continue
        passwd += f"{account}:x:{number}:{number}::/nonexistent:/usr/sbin/nologin\n"
        group += f"{account}:x:{number}:\n"
        number += 1
    replace("/etc/passwd", passwd)
    replace("/etc/group", group)


def _run(*command):
    subprocess.run(command, check=True)
