// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include "dialogue/plan.hpp"
#include "smtp/command.hpp"
#include "smtp/reply_reader.hpp"
#include "smtpprobe/transcript.hpp"

namespace smtpprobe {

/// Send this line (add CRLF). Several in a row are one group and may go out in one segment; the
/// driver writes them at the latest when it is told to Listen.
struct Say {
    Step step{};
    Command command;
};
/// Read the reply to `step` and tell it with heard(), or failed().
struct Listen {
    Step step{};
    Duration limit{}; ///< RFC 5321 4.5.3.2, or what the user set below it
};
/// Do the TLS handshake now; tell encrypted() or failed(). Unread plaintext at this moment is
/// FaultKind::injected.
struct Encrypt {
    Duration limit{};
};
/// The dialogue is over: close the connection.
struct HangUp {};

using Action = std::variant<Say, Listen, Encrypt, HangUp>;

/// The client's side of one conversation, without the wire and without a clock: every call carries
/// the time since the session began. next() says what to do; the other calls say what came of it.
/// Whatever is told, and in whatever order, it reaches HangUp after a bounded number of calls.
class Dialogue {
public:
    explicit Dialogue(Plan plan);

    Action next(Duration now);

    void connected(const IpAddress& local, Duration now);
    void heard(HeardReply reply, Duration now);
    void encrypted(TlsFacts facts, Duration now);
    /// Also before connected(), and while nobody listens. Ends the dialogue.
    void failed(Fault fault, std::string partial, Duration now);

    /// QUIT has been said: nothing that comes now changes what was learnt.
    bool concluded() const;
    const Transcript& transcript() const { return transcript_; }

private:
    // implementation follows
    Transcript transcript_;
};

} // namespace smtpprobe
