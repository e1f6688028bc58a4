// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "smtpprobe/expected.hpp"
#include "smtpprobe/target.hpp"
#include "smtpprobe/way_settings.hpp"

namespace smtpprobe {

// The values of the options that say how a connection is made; the errors are as in values.hpp.

/// `socks5://proxy.example:1080`, `http://user@192.0.2.9:3128`; ports 1080 and 8080 where none is given.
/// A password has no place in it.
Expected<Proxy, std::string> parse_proxy(std::string_view text);
/// `v1`, `v2`
Expected<int, std::string> parse_proxy_header(std::string_view text);

struct AddressAndPort {
    IpAddress address;
    std::uint16_t port = 0; ///< 0: none
};
/// `192.0.2.1`, `192.0.2.1:40000`, `2001:db8::1`, `[2001:db8::1]:40000`
Expected<AddressAndPort, std::string> parse_address_and_port(std::string_view text);

/// `NAME=value`, its name one that Postfix' XCLIENT (or XFORWARD) knows; gives it in upper case.
Expected<std::string, std::string> parse_xclient(std::string_view text);
Expected<std::string, std::string> parse_xforward(std::string_view text);

Expected<Target, std::string> parse_socket_target(std::string_view text);
Expected<Target, std::string> parse_command_target(std::string_view text);
/// The name of a network interface, at most 15 characters.
Expected<std::string, std::string> parse_interface(std::string_view text);
struct VariableWithPassword {
    std::string name;
    std::string password;
};
/// The value of that variable; the first line of that file.
Expected<VariableWithPassword, std::string> variable_with_password(std::string_view text);
Expected<std::string, std::string> password_of_file(std::string_view text);

} // namespace smtpprobe
