// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace smtpprobe {

/// This machine's host name where it is one that EHLO may say (RFC 5321 4.1.4: fully qualified), else
/// empty: the address literal must do. Asks the kernel, not DNS.
std::string own_host_name();

} // namespace smtpprobe
