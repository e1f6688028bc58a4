# SPDX-License-Identifier: Apache-2.0
import shutil
import subprocess

REALM = "ci.test"
USER, PASSWORD = "user", "secret word"


class CyrusAccounts:
    """What Postfix needs to check logins by Cyrus SASL: a database with one account, and its configuration.

    `files` belong beside Postfix' own; settings() are those of a listener. `broken`: a login service that is
    not there."""

    def __init__(self, directory, mechanisms):
        database = directory / "sasldb2"
        subprocess.run(["saslpasswd2", "-c", "-p", "-f", database, "-u", REALM, USER], check=True,
                       input=PASSWORD.encode())
        shutil.chown(database, "postfix")
        self.files = {
            "sasl/smtpd.conf": f"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {database}\n"
                               f"mech_list: {mechanisms}\n",
            "sasl/broken.conf": f"pwcheck_method: saslauthd\nsaslauthd_path: {directory}/nobody\n"
                                "mech_list: PLAIN LOGIN\n",
        }

    @staticmethod
    def settings(broken=False):
        return ["smtpd_sasl_auth_enable=yes", "smtpd_sasl_type=cyrus",
                f"smtpd_sasl_path={'broken' if broken else 'smtpd'}", f"smtpd_sasl_local_domain={REALM}",
                "smtpd_sasl_security_options=noanonymous",
                "smtpd_relay_restrictions=permit_sasl_authenticated,reject_unauth_destination"]
