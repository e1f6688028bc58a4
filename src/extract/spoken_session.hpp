// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extract/mention.hpp"

namespace smtpprobe {

/// Follows one SMTP conversation that somebody wrote down, line by line: which command a reply answers,
/// for which sender and recipient. Bounded memory whatever comes.
///
/// A client's line never gets into a Mention, but for the addresses of MAIL and RCPT: it may be a password.
/// Where a server repeats one, `***` stands for it.
class SpokenSession {
public:
    /// With whom: forgets all that was said before.
    void connected(std::string host);
    /// For notations that leave the greeting out.
    void greeting_was_before() { greeted_ = true; }

    void client(std::string_view line);
    /// One line of a reply; adds the Mention once the reply is whole. A line without a code is part of the
    /// reply that is being read, else nothing.
    void server(std::string_view line, std::size_t number, std::vector<Mention>& mentions);
    /// What a program says about a failure, unless that only follows from the refusal before it.
    void failure(std::string_view text, std::size_t number, std::vector<Mention>& mentions);
    /// Adds a reply whose last line is missing.
    void end(std::vector<Mention>& mentions);

    /// Between the 354 and the final dot: the client's lines are mail.
    bool in_message() const { return in_message_; }
    /// After a 334: the client's next line is a secret, whatever it looks like.
    bool in_auth() const { return in_auth_; }
    bool in_reply() const { return partial_.has_value(); }
    /// The client has said something, or the server has.
    bool begun() const { return greeted_ || !asked_.empty(); }

private:
    struct Asked {
        Step step{};
        std::string recipient;
    };

    void ask(Step step, std::string recipient = {});
    void reply_is_whole(std::vector<Mention>& mentions);
    void after(std::optional<Step> step, int code);
    Mention about(std::size_t number) const;
    void keep_secret(std::string_view line);
    void mask_secrets(std::string& text) const;

    std::string host_;
    std::string sender_;
    std::string accepted_; ///< the recipient that was taken
    std::size_t accepted_count_ = 0;
    std::deque<Asked> asked_; ///< commands without an answer so far
    std::optional<Mention> partial_;
    std::deque<std::string> secrets_;
    bool greeted_ = false;
    bool in_message_ = false;
    bool in_auth_ = false;  ///< the server asked for more: the client's next line is a secret
    bool troubled_ = false; ///< the last thing heard was a refusal or a failure
    bool quitting_ = false;
};

} // namespace smtpprobe
