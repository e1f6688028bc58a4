// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dialogue/plan.hpp"
#include "smtp/command.hpp"
#include "smtp/envelope_words.hpp"
#include "smtp/reply_reader.hpp"
#include "smtpprobe/auth_stop.hpp"
#include "smtpprobe/capabilities.hpp"
#include "smtpprobe/transcript.hpp"

namespace smtpprobe {

/// Send this line (add CRLF). Several in a row are one group and may go out in one segment; the
/// driver writes them at the latest when it is told to Listen, and tells its ReplyReader
/// (command_sent) before it writes.
struct Say {
    Step step{};
    Command command;
    std::string decoded = {};          ///< Sent::decoded
    std::optional<AuthStop> stop = {}; ///< Sent::stop
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
/// AUTH: what is the answer to this challenge? Tell it with responded(). Without a challenge the exchange
/// begins (again, perhaps by another mechanism): what does the client say before it hears anything?
struct Respond {
    std::string mechanism;                ///< upper case
    std::optional<std::string> challenge; ///< without its Base64
};
/// Send the message, then tell streamed(), or failed(). Step::message: all of it, dot-stuffed, and the final
/// dot. Step::bdat: the next chunk of at most so many octets, behind its Command::bdat().
/// heard(), where the server has ended the connection, and its last words came.
struct Stream {
    Step step{};
    std::uint64_t octets_limit = 0;     ///< of a chunk; 0: no limit
    Duration limit{};                   ///< of each write: RFC 5321 4.5.3.2.5
    std::optional<OddEnd> odd_end = {}; ///< of Step::message: PlannedMessage::odd_end
};
/// The dialogue is over: close the connection.
struct HangUp {};

using Action = std::variant<Say, Listen, Encrypt, Respond, Stream, HangUp>;

/// What came of Respond.
struct Response {
    /// Without Base64. None: there is nothing to be said before the first challenge; later: cancel.
    std::optional<std::string> bytes;
    std::string shown = {};           ///< the answer in words, secrets masked
    std::string proof = {};           ///< what of it the password could be guessed with; empty: nothing
    std::string challenge_shown = {}; ///< what the challenge says, in words
    std::string why_not = {};         ///< where there is no going on: why
    std::optional<AuthStop> stop = {};
    bool proof_due = false; ///< the server has still to show that it knows the password
    /// There is an answer, and it is not given here, nor any by another mechanism; `why_not` tells more.
    std::optional<SkipReason> kept_back = {};
};

/// What came of Stream.
struct Streamed {
    std::uint64_t octets = 0; ///< of the message that went out, before dot-stuffing
    bool last = true;         ///< nothing is left; always so of Step::message
};

/// The client's side of one conversation, without the wire and without a clock: every call carries
/// the time since the session began. next() says what to do; the other calls say what came of it.
/// Whatever is told, and in whatever order, it reaches HangUp after a bounded number of calls; each chunk
/// of the message adds a few.
class Dialogue {
public:
    explicit Dialogue(Plan plan);

    /// Gives the same Listen, Encrypt, Respond or Stream until something came of it.
    Action next(Duration now);

    void connected(const IpAddress& local, Duration now);
    /// The driver sent this line by itself, before anything of the dialogue: it is noted, under
    /// that step, and nothing follows from it but where a fault belongs that comes next.
    void preceded_by(std::string line, Duration now, Step step = Step::connect);
    /// Counts only as the answer to a Listen. A 421 ends the dialogue wherever it comes. A reply
    /// with Breach::early_reply cannot be the answer: it is recorded, and the Listen stands.
    /// While a Stream is waited for it is the server's last word.
    void heard(HeardReply reply, Duration now);
    void encrypted(TlsFacts facts, Duration now);
    void responded(Response response, Duration now);
    void streamed(Streamed what, Duration now);
    /// Also before connected(), and while nobody listens. Ends the dialogue.
    void failed(Fault fault, std::string partial, Duration now);

    /// QUIT has been said, or the dialogue is over: nothing that comes now changes what was learnt.
    bool concluded() const { return concluded_; }
    const Transcript& transcript() const { return transcript_; }

private:
    /// Commands that go out together, and whose replies come in the same order (RFC 2920).
    using Group = std::vector<Say>;

    // Greeting, EHLO, STARTTLS, XCLIENT, XFORWARD: opening.cpp
    void begin(Duration now);
    void hello();
    void after_greeting(Duration now);
    void after_hello(Step step, const Reply& reply, Duration now);
    bool start_tls(Duration now);
    void after_starttls(const Reply& reply, Duration now);
    bool introduce(Duration now);
    bool forward(Duration now);
    std::string helo_name() const;

    // AUTH: login.cpp
    bool log_in(Duration now);
    bool begin_mechanism();
    void begin_exchange(Response response, Duration now);
    void answer(const std::string& bytes, std::string shown);
    void cancel_login(AuthStop stop, std::string why);
    void logged_in(Duration now);
    bool repeat_bare(const Reply& reply);
    void after_auth(const Reply& reply, Duration now);
    void tell_challenge(const std::string& words);
    void end_login(bool logged_in, Duration now);

    // MAIL and RCPT: transaction.cpp
    bool transact(Duration now);
    const std::vector<std::string>* recipients() const;
    EnvelopeWords words() const;
    void name_sender(Duration now);
    void name_recipients(Group group);
    void after_mail(const Reply& reply);
    void after_rcpt(const Reply& reply);
    void leave_envelope(Duration now);
    void close_envelope();
    bool pipelines() const;

    // DATA, BDAT and what answers them: delivery.cpp
    bool wants_message() const;
    bool goes_by_chunks() const;
    bool deliver(Duration now);
    void dismiss_prompt();
    void after_data(const Reply& reply);
    void after_message(Step step, const Reply& reply);

    // What the user wants to be said: verbs.cpp
    bool say_verb(Step behind);
    bool has_verb(Step behind) const;
    void after_verb(const std::string& line, const Reply& reply, Duration now);

    // How it goes on: course.cpp
    void answered(Step step, const Reply& reply, Duration now);
    void go_on(Duration now);
    void end_out_of_step(Duration now);
    void end(Duration now);
    bool over_after(Step step) const;

    // What it is made of: dialogue.cpp
    /// All that is said or heard comes into the transcript here, and nothing of Plan::hidden with it.
    void record(Duration now, Received what);
    void record(Duration now, Broken what);
    void record(Duration now, Sent what);
    void say(Group group);
    void say(Step step, Command command, std::string decoded = {}, std::optional<AuthStop> stop = {});
    void listen(Step step);
    void encrypt();
    void respond(std::optional<std::string> challenge);
    void stream(Step step);
    void quit();
    void hang_up();
    void quit_skipping(SkipReason because, Duration now);
    void skip(Step step, SkipReason because, Duration now);
    void skip_rest(SkipReason because, Duration now);
    Step current_step() const;
    bool spend_call(Duration now);

    /// One mechanism after the other.
    struct Login {
        std::size_t next = 0;         ///< of the planned mechanisms
        std::size_t challenges = 0;   ///< of the mechanism that is tried
        std::string mechanism;        ///< that one
        std::optional<Response> held; ///< its first answer, while that waits for the first challenge
        bool begun = false;           ///< its first answer is known
        bool bare = false;            ///< its first answer must not go with the command
        bool with_first = false;      ///< it went with the command
        bool proof_due = false;       ///< the server has still to show that it knows the password
        std::string why_not;          ///< why the last mechanism could not begin
        bool cancelled = false;
        bool done = false;
    };
    /// The envelope that is under way.
    struct Envelope {
        std::size_t said = 0; ///< recipients
        std::size_t accepted = 0;
        bool begun = false;
        bool open = false;      ///< the server holds a transaction of ours
        bool taken = false;     ///< the sender is accepted
        bool prompted = false;  ///< the server waits for the message
        bool dismissed = false; ///< with a lone dot
        bool settled = false;   ///< the message: taken or refused
    };

    Plan plan_;
    Transcript transcript_;
    std::vector<Action> todo_;      ///< few, but for a group; a deque takes 600 bytes at once
    std::optional<Action> waiting_; ///< the action that was handed out and waits for what comes of it
    Step last_step_ = Step::connect;
    std::optional<IpAddress> local_;
    Capabilities capabilities_;
    Login login_;
    Envelope envelope_;
    std::size_t envelopes_done_ = 0;
    std::optional<std::string> verb_; ///< of the user: the one whose reply is awaited
    std::size_t early_replies_ = 0;
    std::size_t calls_left_;
    std::size_t chunks_ = 0;
    bool begun_ = false;
    bool secured_ = false;
    bool verified_ = false;    ///< and the certificate shows who the server is
    bool out_of_step_ = false; ///< the server said 3xx where that means nothing
    bool utf8_agreed_ = false; ///< MAIL with SMTPUTF8 was said
    bool concluded_ = false;
    bool over_ = false;
    // Planned steps of which nothing stands in the transcript yet.
    bool starttls_open_;
    bool tls_settled_ = false;
    bool xclient_open_;
    bool xforward_open_;
    bool mail_open_;
    bool rcpt_open_;
    bool message_open_;
};

} // namespace smtpprobe
