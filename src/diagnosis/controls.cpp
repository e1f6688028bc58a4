// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/controls.hpp"

#include <string>

namespace smtpprobe {
namespace {

constexpr std::uint16_t kRelay = 25;
constexpr std::uint16_t kSubmission = 587;
constexpr std::uint16_t kSubmissions = 465;
constexpr std::uint16_t kHttps = 443;

ControlTarget target(std::string_view host, std::uint16_t port)
{
    return {std::string(host), std::nullopt, port};
}

ControlSet named_by_user(const std::vector<ControlTarget>& named, std::uint16_t port)
{
    ControlSet set;
    for (const auto& control : named) {
        if (control.port != port) {
            set.elsewhere.push_back(control);
            continue;
        }
        set.same_port.push_back(control);
        for (const auto other : {kSubmission, kHttps}) {
            set.elsewhere.push_back(control);
            set.elsewhere.back().port = other;
        }
    }
    return set;
}

} // namespace

ControlSet control_set(const Settings& settings, std::uint16_t port)
{
    if (!settings.control_targets.empty())
        return named_by_user(settings.control_targets, port);
    ControlSet set;
    for (const auto& provider : kKnownProviders) {
        if (port == kRelay)
            set.same_port.push_back(target(provider.mail_host, kRelay));
        else if (port == kSubmission || (port == kSubmissions && provider.implicit_tls))
            set.same_port.push_back(target(provider.submission, port));
        set.elsewhere.push_back(port == kSubmission ? target(provider.mail_host, kRelay)
                                                    : target(provider.submission, kSubmission));
    }
    set.elsewhere.push_back(target(kWebHost, kHttps));
    return set;
}

} // namespace smtpprobe
