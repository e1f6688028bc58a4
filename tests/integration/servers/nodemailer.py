# SPDX-License-Identifier: Apache-2.0
import pathlib
import shutil

from servers.daemon import Daemon

HOST = "node.ci.test"
_SCRIPT = pathlib.Path(__file__).resolve().parent.parent / "npm/server.js"


class Nodemailer:
    """nodemailer's smtp-server, from where install_npm_servers has put it. See npm/server.js for its accounts."""

    def __init__(self, directory, installed, chain, address, port=587):
        script = directory / "server.js"
        shutil.copy(_SCRIPT, script)
        self._daemon = Daemon("nodemailer", directory, ["node", script, address, port, chain],
                              env={"NODE_PATH": str(installed / "node_modules")})
        self._daemon.wait_for_port(address, port)

    def log(self):
        return self._daemon.log()

    def stop(self):
        self._daemon.stop()
