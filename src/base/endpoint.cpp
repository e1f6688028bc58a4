// SPDX-License-Identifier: Apache-2.0
#include "base/printable.hpp"
#include "smtpprobe/route.hpp"

namespace smtpprobe {

std::string Endpoint::text() const
{
    // The name came from DNS: it may hold any bytes, and this text goes to terminals.
    std::string text = printable(host);
    switch (carrier) {
    case Carrier::tcp: break;
    case Carrier::tcp_by_name: return text + ':' + std::to_string(port);
    case Carrier::socket: return "unix:" + printable(path, 200);
    case Carrier::process: return "command \"" + printable(path, 120) + '"';
    }
    if (!text.empty())
        text += ' ';
    return text + '[' + address.text() + "]:" + std::to_string(port);
}

} // namespace smtpprobe
