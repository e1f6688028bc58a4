// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialogue/conversation.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

enum class LabCertificate { good, expired, other_name, self_signed };

/// A mail host of the lab, with an address of its own.
struct LabHost {
    std::string_view name;
    std::string_view conversation; ///< `{host}` in it is the name; empty: nobody listens there
    std::string_view envelope;     ///< goes on where the conversation ends
    LabCertificate certificate = LabCertificate::good;
};

struct LabMx {
    std::uint16_t preference = 10;
    std::string_view host; ///< empty: the root, a null MX
};

struct LabAlias {
    std::string_view owner;
    std::string_view to;
};

/// A domain that shows one situation, and what a probe must conclude about it: written down from what
/// was built, never from what a probe said.
struct Situation {
    std::string_view name;  ///< its domain is NAME.test
    std::string_view story; ///< one sentence
    std::string_view target;
    std::vector<LabMx> mx = {};
    std::vector<LabHost> hosts = {};
    std::vector<LabAlias> aliases = {};
    std::optional<TlsMode> tls = {};           ///< to be asked for
    std::optional<Duration> step_timeout = {}; ///< to be set, where a probe waits in vain
    Verdict verdict = Verdict::accepts;
    Outcome outcome = Outcome::ok;
    std::string_view lead; ///< id of the leading finding; empty where there is nothing to say
};

/// All of them, the healthy one first.
const std::vector<Situation>& situations();
/// Or nullptr.
const Situation* find_situation(std::string_view name);

/// What was concluded otherwise than it was built, a line each; empty when all is as it must be.
std::vector<std::string> differences(const Situation& situation, const Diagnosis& diagnosis);

/// What the host plays, with its name put in. The host must have a conversation.
Expected<Conversation, std::string> conversation_of(const LabHost& host);

} // namespace smtpprobe
