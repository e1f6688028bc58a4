// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "smtpprobe/address.hpp"
#include "smtpprobe/auth_stop.hpp"
#include "smtpprobe/fault.hpp"
#include "smtpprobe/names.hpp"
#include "smtpprobe/reply.hpp"
#include "smtpprobe/route.hpp"
#include "smtpprobe/step.hpp"
#include "smtpprobe/time.hpp"
#include "smtpprobe/tls_facts.hpp"

namespace smtpprobe {

/// TCP is up.
struct Connected {
    IpAddress local;
    friend bool operator==(const Connected&, const Connected&) = default;
};

struct Sent {
    Step step{};
    std::string text; ///< as it may be shown (secrets masked), without the line end
    /// What an answer of AUTH says behind its base64, in words, secrets masked; empty elsewhere.
    std::string decoded = {};
    /// Of Step::message and Step::bdat: octets of the message that went out with it, before dot-stuffing.
    std::uint64_t octets = 0;
    /// Of the `*` that ends a login, or the QUIT: why we gave it up. `decoded` says so in words.
    std::optional<AuthStop> stop = {};
    friend bool operator==(const Sent&, const Sent&) = default;
};

struct Received {
    Step step{}; ///< what it answers
    Reply reply;
    std::vector<Breach> breaches; ///< each once, in the order of the enum
    Duration first_byte_at{};     ///< since the session began; the event's time is that of its last line
    /// What a challenge of AUTH says behind its base64, in words; empty elsewhere.
    std::string decoded = {};
    friend bool operator==(const Received&, const Received&) = default;
};

/// The handshake is through.
struct Secured {
    TlsFacts tls;
    friend bool operator==(const Secured&, const Secured&) = default;
};

enum class SkipReason : std::uint8_t {
    not_offered,       ///< the server does not announce it
    not_asked,         ///< --tls none and the like
    no_recipient,      ///< every recipient or the sender was refused
    refused,           ///< an earlier step was refused, and this one needs it
    broken,            ///< the connection had ended
    quit_after,        ///< --quit-after
    insecure,          ///< a secret would go over in the clear: see --auth-insecure
    unverified,        ///< the certificate does not show who would get the secret: see --auth-insecure
    refused_elsewhere, ///< another endpoint has refused the same login; accounts are locked for repeating it
};

template <> struct Names<SkipReason> {
    static constexpr std::string_view all[] = {"not-offered", "not-asked",  "no-recipient",
                                               "refused",     "broken",     "quit-after",
                                               "insecure",    "unverified", "refused-elsewhere"};
    static constexpr SkipReason last = SkipReason::refused_elsewhere;
};

/// A planned step that was not carried out.
struct Skipped {
    Step step{};
    SkipReason because{};
    std::string why = {}; ///< in words, where the reason alone does not tell: what is missing for a login
    friend bool operator==(const Skipped&, const Skipped&) = default;
};

/// No usable reply came of this step.
struct Broken {
    Step step{};
    Fault fault;
    std::string partial; ///< what had come of the reply until then, at most 512 bytes; raw
    friend bool operator==(const Broken&, const Broken&) = default;
};

struct Event {
    Duration at{}; ///< since the session began (its first SYN)
    std::variant<Connected, Sent, Received, Secured, Skipped, Broken> what;
    friend bool operator==(const Event&, const Event&) = default;
};

using Transcript = std::vector<Event>;

/// Why an endpoint was left alone.
enum class NotTried : std::uint8_t {
    tried,           ///< it was not left alone
    forbidden_scope, ///< loopback, link-local …: see --allow-loopback
    first_worked,    ///< --first, and another one worked
    deadline,        ///< the time was up before its turn
    cancelled,
    no_local_family, ///< this machine has no address of that family
};

template <> struct Names<NotTried> {
    static constexpr std::string_view all[] = {"tried",    "forbidden-scope", "first-worked",
                                               "deadline", "cancelled",       "no-local-family"};
    static constexpr NotTried last = NotTried::no_local_family;
};

/// One conversation with one endpoint, carried out or not.
struct Session {
    Endpoint endpoint;
    NotTried not_tried = NotTried::tried;
    Duration began{}; ///< since the probe began
    Duration took{};
    Transcript transcript;
    friend bool operator==(const Session&, const Session&) = default;
};

} // namespace smtpprobe
