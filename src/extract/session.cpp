// SPDX-License-Identifier: Apache-2.0
#include "extract/session.hpp"

#include <string>
#include <utility>

#include "base/ascii.hpp"
#include "extract/notation.hpp"
#include "extract/reading.hpp"
#include "extract/spoken_session.hpp"

namespace smtpprobe {
namespace {

class SessionReader {
public:
    SessionReader(Notation notation, std::string_view text) : notation_(notation)
    {
        // msmtp repeats the server's words in its own when it shows the session besides.
        server_is_quoted_ = notation != Notation::msmtp || text.find("<-- ") == std::string_view::npos;
    }

    void read(std::string_view line, std::size_t number, bool dot_follows)
    {
        line = line.substr(0, kMaxLine);
        if (notation_ == Notation::plain && conversation_.in_message() && dot_follows && !is_hang_up(line)) {
            conversation_.client(line);
            return;
        }
        const Spoken said = answers_challenge(line) ? Spoken{Speaker::client, line} : spoken(notation_, line);
        if (said.speaker == Speaker::nobody && !held_.empty() &&
            (line.starts_with(' ') || line.starts_with('\t'))) {
            held_ += ' ';
            held_ += trimmed(line);
            return;
        }
        hear_held();
        switch (said.speaker) {
        case Speaker::nobody:
            // Notations that mark the first line of a reply alone.
            if (conversation_.in_reply() && !trimmed(line).empty())
                conversation_.server(trimmed(line), number, mentions_);
            else if (is_endpoint(line)) {
                tell_failure();
                conversation_.end(mentions_);
                conversation_.connected(host_text(line));
            }
            return;
        case Speaker::client: client(said.text, number); return;
        case Speaker::server: server(said.text, number, line); return;
        case Speaker::program: program(said.text, number); return;
        }
    }

    std::vector<Mention> end()
    {
        hear_held();
        tell_failure();
        conversation_.end(mentions_);
        return std::move(mentions_);
    }

private:
    /// `mx.example.com [192.0.2.1]:25` by itself: our own transcript begins with it.
    bool is_endpoint(std::string_view line) const
    {
        return notation_ == Notation::letters && !line.empty() && line.front() != ' ' &&
               is_digit(line.back()) && line.find("]:") != std::string_view::npos &&
               words_of(line).size() <= 2;
    }

    /// Without marks, a password may look like a reply: only what answers AUTH is one.
    bool answers_challenge(std::string_view line) const
    {
        const int code = reply_code(trimmed(line));
        return notation_ == Notation::plain && conversation_.in_auth() && code != 0 && code != 235 &&
               code != 334 && code < 400;
    }

    static bool is_hang_up(std::string_view line) { return line.starts_with("Connection closed by "); }

    void client(std::string_view text, std::size_t number)
    {
        tell_failure();
        // A session in a quoted mail has the same mark before each line.
        if (notation_ != Notation::plain && !conversation_.in_message() && reply_code(text) != 0)
            conversation_.server(text, number, mentions_);
        else if (notation_ == Notation::plain && conversation_.in_reply() && !command_step(text))
            conversation_.server(text, number, mentions_); // a line of the reply without its code
        else
            conversation_.client(text);
    }

    void server(std::string_view text, std::size_t number, std::string_view line)
    {
        if (!server_is_quoted_ && trimmed(line).starts_with("msmtp: "))
            return;
        tell_failure();
        if (notation_ == Notation::letters) { // RFCs and our own transcript fold long lines
            held_ = text;
            held_line_ = number;
            return;
        }
        conversation_.server(text, number, mentions_);
    }

    void hear_held()
    {
        if (!held_.empty())
            conversation_.server(held_, held_line_, mentions_);
        held_.clear();
    }

    void program(std::string_view words, std::size_t number)
    {
        if (const std::string_view host = connected_to(words); !host.empty()) {
            tell_failure();
            meet(host);
            return;
        }
        if (words.starts_with("CONNECTED(") || words.starts_with("verify return:")) {
            conversation_.greeting_was_before();
            return;
        }
        if (!failure_.empty() && failure_.ends_with(':')) { // swaks gives the reason on a line of its own
            failure_ += ' ';
            failure_ += words;
            return;
        }
        if (repeats_the_server(words) || msmtp_context(words))
            return;
        tell_failure();
        if (tells_of_failure(words)) {
            failure_ = words;
            failure_line_ = number;
        }
    }

    /// Telnet tells the address first and the name when it is connected.
    void meet(std::string_view host)
    {
        const std::string met = host_text(host);
        const std::string bare =
            met.substr(0, met.find_last_of(':') == met.find(':') ? met.find(':') : std::string::npos);
        std::string name = bare;
        if (!conversation_.begun() && !tried_.empty() && tried_ != bare &&
            bare.find('[') == std::string::npos)
            name += " [" + tried_ + ']';
        tried_ = bare;
        conversation_.end(mentions_);
        conversation_.connected(std::move(name));
    }

    bool repeats_the_server(std::string_view words) const
    {
        return !server_is_quoted_ &&
               (words.find("not accept") != std::string_view::npos ||
                words.starts_with("authentication failed") || words.starts_with("could not send mail"));
    }

    /// msmtp without its debug output: the command stands in its sentence.
    bool msmtp_context(std::string_view words)
    {
        if (notation_ != Notation::msmtp || !server_is_quoted_)
            return false;
        if (words.starts_with("recipient address "))
            conversation_.client("RCPT TO:<" + std::string(value_of(words, "recipient address ")) + '>');
        else if (words.starts_with("envelope from address "))
            conversation_.client("MAIL FROM:<" + std::string(value_of(words, "envelope from address ")) +
                                 '>');
        else if (words.starts_with("authentication failed"))
            conversation_.client("AUTH");
        else if (words.starts_with("the server did not accept the mail"))
            conversation_.client("BDAT");
        else
            return false;
        return true;
    }

    void tell_failure()
    {
        if (failure_.empty())
            return;
        conversation_.failure(failure_, failure_line_, mentions_);
        failure_.clear();
    }

    Notation notation_;
    bool server_is_quoted_ = true;
    SpokenSession conversation_;
    std::vector<Mention> mentions_;
    std::string tried_;
    std::string held_; ///< a server's line that may go on in the next
    std::size_t held_line_ = 0;
    std::string failure_;
    std::size_t failure_line_ = 0;
};

/// The line number of the last final dot.
std::size_t last_dot(std::string_view text)
{
    std::size_t last = 0;
    for_each_line(text, [&](std::string_view line, std::size_t number) {
        if (trimmed(line) == ".")
            last = number;
    });
    return last;
}

} // namespace

std::vector<Mention> read_session(std::string_view text)
{
    Notation notation = notation_of(text);
    if (notation == Notation::none)
        notation = Notation::plain;
    const std::size_t dot = last_dot(text);
    SessionReader reader(notation, text);
    for_each_line(
        text, [&](std::string_view line, std::size_t number) { reader.read(line, number, number <= dot); });
    return reader.end();
}

} // namespace smtpprobe
