// SPDX-License-Identifier: Apache-2.0
#include "base/tls_alerts.hpp"

#include <catch2/catch.hpp>

TEST_CASE("alerts have the names of the RFCs, and unknown numbers have none")
{
    CHECK(smtpprobe::alert_name(0) == "close_notify");
    CHECK(smtpprobe::alert_name(40) == "handshake_failure");
    CHECK(smtpprobe::alert_name(70) == "protocol_version");
    CHECK(smtpprobe::alert_name(116) == "certificate_required");
    CHECK(smtpprobe::alert_name(255).empty());
    CHECK(smtpprobe::alert_name(-1).empty());
}
