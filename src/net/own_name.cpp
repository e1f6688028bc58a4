// SPDX-License-Identifier: Apache-2.0
#include "net/own_name.hpp"

#include <algorithm>

#include <unistd.h>

#include "base/ascii.hpp"

namespace smtpprobe {

std::string own_host_name()
{
    char buffer[256] = {};
    if (gethostname(buffer, sizeof buffer - 1) != 0)
        return {};
    const std::string name = to_lower(std::string_view(buffer));
    const auto dot = name.find('.');
    const bool qualified = dot != std::string::npos && dot > 0 && name.back() != '.';
    const bool plain =
        std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '.' || c == '-'; });
    return qualified && plain && !name.starts_with("localhost.") ? name : std::string();
}

} // namespace smtpprobe
