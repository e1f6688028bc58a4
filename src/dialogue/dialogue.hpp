// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dialogue/plan.hpp"
#include "smtp/command.hpp"
#include "smtp/reply_reader.hpp"
#include "smtpprobe/capabilities.hpp"
#include "smtpprobe/transcript.hpp"

namespace smtpprobe {

/// Send this line (add CRLF). Several in a row are one group and may go out in one segment; the
/// driver writes them at the latest when it is told to Listen, and tells its ReplyReader
/// (command_sent) before it writes.
struct Say {
    Step step{};
    Command command;
};
/// Read the reply to `step` and tell it with heard(), or failed(). The same Listen again means that
/// the reply told was not the one waited for.
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

    /// Gives the same Listen or Encrypt until something came of it.
    Action next(Duration now);

    void connected(const IpAddress& local, Duration now);
    /// The driver sent this line by itself, before anything of the dialogue: it is noted, under
    /// Step::connect, and nothing follows from it.
    void preceded_by(std::string line, Duration now);
    /// Counts only as the answer to a Listen. A 421 ends the dialogue wherever it comes. A reply
    /// with Breach::early_reply cannot be the answer: it is recorded, and the Listen stands.
    void heard(HeardReply reply, Duration now);
    void encrypted(TlsFacts facts, Duration now);
    /// Also before connected(), and while nobody listens. Ends the dialogue.
    void failed(Fault fault, std::string partial, Duration now);

    /// QUIT has been said, or the dialogue is over: nothing that comes now changes what was learnt.
    bool concluded() const { return concluded_; }
    const Transcript& transcript() const { return transcript_; }

private:
    // How it goes on: course.cpp.
    void begin(Duration now);
    void hello();
    void answered(Step step, const Reply& reply, Duration now);
    void after_greeting(Duration now);
    void after_hello(Step step, const Reply& reply, Duration now);
    void after_starttls(const Reply& reply, Duration now);
    void envelope(Duration now);
    void next_recipient();
    bool over_after(Step step) const;
    std::string helo_name() const;
    bool needs_utf8() const;

    // What it is made of.
    void say(Step step, Command command);
    void listen(Step step);
    void encrypt();
    void quit();
    void hang_up();
    void quit_skipping(SkipReason because, Duration now);
    void skip(Step step, SkipReason because, Duration now);
    void skip_rest(SkipReason because, Duration now);
    Step current_step() const;
    bool spend_call(Duration now);

    Plan plan_;
    Transcript transcript_;
    std::vector<Action> todo_;      ///< three at most; a deque takes 600 bytes at once
    std::optional<Action> waiting_; ///< the Listen or Encrypt that was handed out
    Step last_step_ = Step::connect;
    std::optional<IpAddress> local_;
    Capabilities capabilities_;
    std::size_t recipients_said_ = 0;
    std::size_t early_replies_ = 0;
    std::size_t calls_left_;
    bool begun_ = false;
    bool secured_ = false;
    bool utf8_agreed_ = false; ///< MAIL with SMTPUTF8 was said
    bool concluded_ = false;
    bool over_ = false;
    // Planned steps of which nothing stands in the transcript yet.
    bool starttls_open_;
    bool mail_open_;
    bool rcpt_open_;
};

} // namespace smtpprobe
