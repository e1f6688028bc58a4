// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "smtpprobe/capabilities.hpp"
#include "smtpprobe/transcript.hpp"

namespace smtpprobe {

/// How one conversation ended, seen as a sending mail server sees it.
enum class EndpointState {
    works,        ///< it took all that was asked of it
    some_refused, ///< some recipients taken, some not
    defers,       ///< 4xx at the step that decided
    refuses,      ///< 5xx there, or TLS demanded and not to be had
    no_mail,      ///< 521, 556: this host takes no mail, by its own word
    dead,         ///< no connection, or no conversation
    unfinished,   ///< we ended it: deadline, interrupt
    untried,
};

/// A transcript read once, with what a diagnosis asks of it. Points into the session: keep that.
struct SessionView {
    explicit SessionView(const Session& session);

    struct Recipient {
        std::string mailbox; ///< as it was said, without angle brackets
        const Received* answer = nullptr;
    };

    const Session* session;
    bool connected = false;
    Duration connected_at{};
    const Received* greeting = nullptr;
    Duration greeting_at{};
    const Received* hello = nullptr; ///< the last answer to EHLO, HELO or LHLO
    bool only_helo = false;          ///< EHLO was refused, HELO was not
    bool hello_behind_tls = false;   ///< a hello was answered inside TLS
    const Received* starttls = nullptr;
    const TlsFacts* tls = nullptr;
    std::optional<Capabilities> before_tls; ///< of EHLO or LHLO in the clear
    std::optional<Capabilities> after_tls;
    const Received* xclient = nullptr;
    const Received* mail = nullptr;
    std::vector<Recipient> recipients;
    const Broken* broken = nullptr; ///< the first, unless it is about QUIT
    const Broken* quit_broken = nullptr;
    bool tls_required_but_absent = false;
    bool utf8_needed_but_absent = false; ///< an internationalised address, and no SMTPUTF8
    std::string mail_lacks;              ///< what MAIL was not said without, and is not offered
    bool stopped_on_purpose = false;     ///< --quit-after ended it

    EndpointState state = EndpointState::untried;
    Step decided_at = Step::connect;    ///< the step that made the state
    const Received* deciding = nullptr; ///< the reply that did, where it was one

    std::string where() const { return session->endpoint.text(); }
    bool alive() const
    {
        return state != EndpointState::dead && state != EndpointState::untried &&
               state != EndpointState::unfinished;
    }
};

/// Does the server not know the command, as where a device overwrote it on its way? A refusal that is about
/// the client is none.
bool is_command_unknown(const Received& received);

/// Is the refusal about whoever connects, by its words: a block list, a missing name, a limit?
bool is_about_client(const Received& received);

/// Would a sending server's mail have got through here (as far as it was tried)?
bool session_works(const Session& session);

/// Did STARTTLS fail in a way that makes senders try again without TLS?
bool tls_attempt_failed(const Session& session);

} // namespace smtpprobe
