// SPDX-License-Identifier: Apache-2.0
#include "extract/spoken_session.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "extract/reading.hpp"

namespace smtpprobe {

/// No session that anybody wrote down has more replies; memory stays bounded.
static constexpr std::size_t kMostMentions = 10000;
namespace {

/// More commands than this are not sent ahead of their answers.
constexpr std::size_t kMostAsked = 256;
constexpr std::size_t kMostSecrets = 8;
/// A shorter word is no password that could be told from any other word.
constexpr std::size_t kShortestSecret = 4;

} // namespace

void SpokenSession::connected(std::string host)
{
    *this = SpokenSession();
    host_ = std::move(host);
}

void SpokenSession::ask(Step step, std::string recipient)
{
    if (asked_.size() == kMostAsked)
        asked_.pop_front();
    asked_.push_back({step, std::move(recipient)});
}

void SpokenSession::keep_secret(std::string_view line)
{
    for (const std::string_view word : words_of(line.substr(0, kMaxLine))) {
        if (word.size() < kShortestSecret)
            continue;
        if (secrets_.size() == kMostSecrets)
            secrets_.pop_front();
        secrets_.emplace_back(word);
    }
}

void SpokenSession::mask_secrets(std::string& text) const
{
    for (const std::string& secret : secrets_)
        for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += 3)
            text.replace(at, secret.size(), "***");
}

void SpokenSession::client(std::string_view line)
{
    line = trimmed(line);
    if (in_message_) {
        if (line == ".") {
            in_message_ = false;
            ask(Step::message);
        }
        return;
    }
    if (in_auth_) {
        in_auth_ = false;
        keep_secret(line);
        ask(Step::auth);
        return;
    }
    const auto step = command_step(line);
    if (!step)
        return;
    troubled_ = false;
    if (*step == Step::auth) {
        const std::size_t blank = line.find_first_of(" \t");
        const std::string_view arguments = blank == std::string_view::npos ? "" : trimmed(line.substr(blank));
        if (const std::size_t next = arguments.find_first_of(" \t"); next != std::string_view::npos)
            keep_secret(arguments.substr(next));
    }
    if (*step == Step::mail)
        sender_ =
            bare_address(line.substr(line.find(':') == std::string_view::npos ? 4 : line.find(':') + 1));
    quitting_ = *step == Step::quit;
    if (*step == Step::rcpt) {
        const std::size_t colon = line.find(':');
        ask(*step, bare_address(line.substr(colon == std::string_view::npos ? 4 : colon + 1)));
        return;
    }
    ask(*step);
}

Mention SpokenSession::about(std::size_t number) const
{
    Mention mention;
    mention.line = number;
    mention.host = host_;
    mention.sender = sender_;
    if (!asked_.empty()) {
        mention.evidence.step = asked_.front().step;
        mention.recipient = asked_.front().recipient;
    } else if (in_message_) {
        mention.evidence.step = Step::message;
    }
    return mention;
}

void SpokenSession::server(std::string_view line, std::size_t number, std::vector<Mention>& mentions)
{
    line = line.substr(0, kMaxLine);
    const int code = reply_code(line);
    // A line without a code within a reply to AUTH may be the client's: a password.
    if (code == 0 && (!partial_ || partial_->evidence.step == Step::auth))
        return;
    // The last line of the reply before is missing: this one begins another.
    if (code != 0 && partial_ && code != partial_->evidence.code)
        reply_is_whole(mentions);
    if (!partial_) {
        partial_ = about(number);
        partial_->evidence.code = code;
        partial_->text = line;
        partial_->evidence.words = line;
    } else if (partial_->text.size() + line.size() < kMaxLine) {
        partial_->text += ' ';
        partial_->text += line;
        partial_->evidence.words += ' ';
        partial_->evidence.words += code == 0 ? line : line.substr(std::min<std::size_t>(line.size(), 4));
    }
    if (code != 0 && (line.size() < 4 || line[3] != '-'))
        reply_is_whole(mentions);
}

void SpokenSession::reply_is_whole(std::vector<Mention>& mentions)
{
    Mention mention = std::move(*partial_);
    partial_.reset();
    mask_secrets(mention.text);
    mask_secrets(mention.evidence.words);
    const std::string reply = std::move(mention.evidence.words);
    const int code = mention.evidence.code;
    // The first reply of all is the greeting, unless it is one that no greeting can be.
    if (!greeted_ && asked_.empty() && (code == 220 || code >= 400))
        mention.evidence.step = Step::greeting;
    const auto step = mention.evidence.step;
    if ((step == Step::message || step == Step::data) && accepted_count_ == 1)
        mention.recipient = accepted_;
    mention.evidence = evidence_within(reply, step);
    if (mention.evidence.code == 0)
        mention.evidence.code = code;
    after(step, code);
    if (mentions.size() < kMostMentions)
        mentions.push_back(std::move(mention));
}

void SpokenSession::after(std::optional<Step> step, int code)
{
    troubled_ = code >= 400;
    greeted_ = true;
    quitting_ = quitting_ || code == 221;
    if (step == Step::greeting)
        return;
    if (step == Step::mail || step == Step::rset)
        accepted_count_ = 0;
    if (step == Step::rcpt && code < 300 && ++accepted_count_ == 1)
        accepted_ = asked_.empty() ? std::string() : asked_.front().recipient;
    if (!asked_.empty())
        asked_.pop_front();
    else
        in_message_ = false; // the notation leaves the message out
    if (step == Step::data && code / 100 == 3)
        in_message_ = true;
    in_auth_ = step == Step::auth && code / 100 == 3;
}

void SpokenSession::failure(std::string_view text, std::size_t number, std::vector<Mention>& mentions)
{
    if (troubled_ || (quitting_ && asked_.empty()))
        return;
    troubled_ = true;
    Mention mention = about(number);
    mention.text = text.substr(0, kMaxLine);
    mask_secrets(mention.text);
    auto step = mention.evidence.step;
    if (!step)
        step = step_of_failure(text);
    if (!step && !greeted_)
        step = host_.empty() ? Step::connect : Step::greeting;
    mention.evidence = evidence_within(mention.text, step);
    mention.evidence.step = step;
    if (mentions.size() < kMostMentions)
        mentions.push_back(std::move(mention));
}

void SpokenSession::end(std::vector<Mention>& mentions)
{
    if (partial_)
        reply_is_whole(mentions);
}

} // namespace smtpprobe
