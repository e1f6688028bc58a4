# SPDX-License-Identifier: Apache-2.0
"""What stands before mail servers: haproxy and stunnel."""
from servers.daemon import Daemon


class Haproxy:
    """`ways` maps a name to (settings of its `bind` line, settings of its `server` line), addresses first:
    ("192.0.2.1:25", "192.0.2.9:25 send-proxy")."""

    def __init__(self, directory, ways):
        text = _HAPROXY
        for name, (bind, server) in ways.items():
            text += f"listen {name}\n  bind {bind}\n  server mail {server}\n"
        configuration = directory / "haproxy.cfg"
        configuration.write_text(text)
        self._daemon = Daemon("haproxy", directory, ["haproxy", "-db", "-f", configuration])
        for bind, _ in ways.values():
            address, port = bind.split()[0].split(":")
            self._daemon.wait_until(lambda a=address, p=int(port): _listens(a, p), f"listener on {bind}")

    def stop(self):
        self._daemon.stop()


class Stunnel:
    """TLS from the first byte. `ways` maps listeners to servers behind them, both `ADDRESS:PORT`."""

    def __init__(self, directory, chain, ways):
        text = f"foreground = yes\npid =\nsyslog = no\ncert = {chain}\n"
        for number, (listener, server) in enumerate(ways.items()):
            text += f"[way{number}]\naccept = {listener}\nconnect = {server}\n"
        configuration = directory / "stunnel.conf"
        configuration.write_text(text)
        self._daemon = Daemon("stunnel", directory, ["stunnel4", configuration])
        for listener in ways:
            address, port = listener.split(":")
            self._daemon.wait_until(lambda a=address, p=int(port): _listens(a, p), f"listener on {listener}")

    def stop(self):
        self._daemon.stop()


def _listens(address, port):
    """Without a connection, which the server behind might count."""
    wanted = "".join(f"{int(part):02X}" for part in reversed(address.split("."))) + f":{port:04X}"
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any(words[1] == wanted and words[3] == "0A" for words in map(str.split, table))


_HAPROXY = """\
defaults
  mode tcp
  timeout connect 2s
  timeout client 20s
  timeout server 20s
"""
