// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <initializer_list>

#include <unistd.h>

#include "cli/options.hpp"

namespace smtpprobe {
namespace {

std::string variable(const char* name)
{
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

} // namespace

std::string default_config_file()
{
    std::string own = variable("XDG_CONFIG_HOME");
    if (own.empty())
        if (const auto home = variable("HOME"); !home.empty())
            own = home + "/.config";
    if (!own.empty())
        own += "/smtpprobe.conf";
    for (const auto& path : {own, std::string("/etc/smtpprobe.conf")})
        if (!path.empty() && ::access(path.c_str(), F_OK) == 0)
            return path;
    return {};
}

} // namespace smtpprobe
