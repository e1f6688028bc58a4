# SPDX-License-Identifier: Apache-2.0
"""Many situations in one Internet, probed side by side: each has its own sender or receiver, with one thing wrong."""
import concurrent.futures

import isolation
import program
from certificates import Authority
from internet import Internet

_BRIEF = ("--connect-timeout", "4s", "--helo", "client.ci.test", "--from", "")
_SIDE_BY_SIDE = 48  # they mostly wait


class Networks:
    def __init__(self):
        authority = Authority(isolation.scratch("authority"))
        self._ca = authority.certificate
        self.net = Internet(authority.issue("*.ci.test"))
        self.here = self.net.sender("here")  # with which all is well
        self._situations = {}
        self._changes = []

    def probe(self, name, sender, target, *arguments):
        """A situation: what is probed from where. `target` may be a function, asked once there are addresses."""
        self._situations[name] = (sender, target, arguments)

    def one(self, name, *ports, sender=None, arguments=(), **shape):
        """A situation: a domain NAME.test with one mail host that serves those ports. Gives (host, edge)."""
        host, edge = self.net.receiver(f"{name}.test", **shape)
        self.later(self.net.serve, host, *ports)
        self.probe(name, sender or self.here, f"{name}.test", *arguments)
        return host, edge

    def several(self, name, *states):
        """A situation: a domain with a mail host for each of `open`, `closed`, `silent`, by preference."""
        for place, state in enumerate(states):
            host, _ = self.net.receiver(f"{name}.test", families=(4,), preference=10 * (place + 1))
            if state == "silent":
                self.later(host.input, "meta l4proto tcp drop")
            self.later(self.net.serve, host, 587 if state == "closed" else 25)
        self.probe(name, self.here, f"{name}.test")

    def later(self, change, *arguments):
        """Done when routes stand: `later(router.forward, "tcp dport 25 drop")`."""
        self._changes.append((change, arguments))

    def run(self):
        """Makes it all real and probes. Name of the situation -> what that run of the program gave."""
        dns = self.net.open()
        for change, arguments in self._changes:
            change(*arguments)

        def probe(situation):
            sender, target, arguments = situation
            with sender.here.entered():
                return program.run(target, "--dns", dns, "--ca-file", self._ca, *_BRIEF, *arguments,
                                   "--format", "json")
        with concurrent.futures.ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
            return dict(zip(self._situations, pool.map(probe, self._situations.values())))
