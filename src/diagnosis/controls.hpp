// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "smtpprobe/settings.hpp"

namespace smtpprobe {

/// A large mail provider: its host for mail from everybody, and its submission server.
struct KnownProvider {
    std::string_view mail_host;  ///< port 25
    std::string_view submission; ///< port 587
    bool implicit_tls;           ///< and 465
};

/// Asked where no endpoint of a route connects and the user named no --control: do others answer from
/// here? Three providers that have nothing to do with each other, each in a network of its own, who
/// keep their servers up and take connections from everywhere. A control is opened, its greeting is
/// awaited, QUIT is said: no address is mentioned. The report lists each. See --no-controls.
inline constexpr KnownProvider kKnownProviders[] = {
    {"gmail-smtp-in.l.google.com", "smtp.gmail.com", true},      // Google
    {"mx01.mail.icloud.com", "smtp.mail.me.com", false},         // Apple
    {"in1-smtp.messagingengine.com", "smtp.fastmail.com", true}, // Fastmail
};

/// Where nothing answers on the ports of mail: does anything get out at all? Many networks let only the web
/// through. It is connected to on 443, and nothing is said.
inline constexpr std::string_view kWebHost = "www.google.com";

/// Which hosts to ask for a port that does not answer.
struct ControlSet {
    std::vector<ControlTarget> same_port; ///< whose `port` is known to be open: do others answer on it?
    std::vector<ControlTarget> elsewhere; ///< if none does: does anything answer, on another port?
};

/// What the settings name, or else the known providers.
ControlSet control_set(const Settings& settings, std::uint16_t port);

} // namespace smtpprobe
