// SPDX-License-Identifier: Apache-2.0
#include "base/printable.hpp"
#include "smtpprobe/route.hpp"

namespace smtpprobe {

std::string Endpoint::text() const
{
    // The name came from DNS: it may hold any bytes, and this text goes to terminals.
    std::string text = printable(host);
    if (!text.empty())
        text += ' ';
    return text + '[' + address.text() + "]:" + std::to_string(port);
}

} // namespace smtpprobe
