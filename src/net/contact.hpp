// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <asio/awaitable.hpp>

#include "net/attempt_control.hpp"
#include "smtpprobe/experiment.hpp"

namespace smtpprobe {

/// How a contact is made.
struct ContactRequest {
    std::string host;
    IpAddress address;
    std::uint16_t port = 25;
    std::optional<IpAddress> source;
    std::string interface = {};
    Duration connect_limit = std::chrono::seconds(5);
    Duration listen{}; ///< how long to wait for the first line; 0: not at all
};

/// Opens a connection, sees what there is, and closes it so that the server sees an orderly end. QUIT is
/// said to a server that greeted as SMTP servers do. Never throws for what a server does.
asio::awaitable<Contact> make_contact(ContactRequest request, std::shared_ptr<AttemptControl> control);

} // namespace smtpprobe
