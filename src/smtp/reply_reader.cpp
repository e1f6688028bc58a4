// SPDX-License-Identifier: Apache-2.0
#include "smtp/reply_reader.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "smtp/limits.hpp"

namespace smtpprobe {
namespace {

/// The number that a line begins with when it has the form of a reply line, whatever its value.
std::optional<int> code_of(std::string_view line)
{
    if (line.size() < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2]))
        return std::nullopt;
    if (line.size() > 3 && is_digit(line[3]))
        return std::nullopt;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

} // namespace

void ReplyReader::feed(std::string_view bytes)
{
    if (unreadable_)
        return;
    const auto room = kMaxSessionBytes - fed_;
    overfed_ = overfed_ || bytes.size() > room;
    bytes = bytes.substr(0, room);
    fed_ += bytes.size();
    buffer_.erase(0, taken_);
    taken_ = 0;
    buffer_ += bytes;
}

std::optional<std::variant<HeardReply, Unreadable>> ReplyReader::next()
{
    while (!unreadable_) {
        const auto end = unread().find('\n', scanned_);
        const bool whole = end != std::string_view::npos;
        if (!whole)
            scanned_ = unread().size();
        const auto size = whole ? end + 1 : unread().size();
        if (size > longest_line_) {
            keep_evidence(unread());
            give_up(FaultKind::too_long, "a line of more than " + std::to_string(longest_line_) + " bytes");
        } else if (whole) {
            if (!began_at_)
                began_at_ = fed_ - unread().size();
            const auto line = unread().substr(0, size);
            taken_ += size;
            scanned_ = 0;
            const bool last = read_line(line);
            if (auto reply = last ? finish() : std::nullopt)
                return *std::move(reply);
        } else if (overfed_) {
            keep_evidence(unread());
            give_up(FaultKind::too_long,
                    "more than " + std::to_string(kMaxSessionBytes) + " bytes in one session");
        } else {
            return std::nullopt;
        }
    }
    return *unreadable_;
}

/// Takes a line with its line end into the reply; true when it is the reply's last.
bool ReplyReader::read_line(std::string_view line)
{
    keep_evidence(line);
    reply_bytes_ += line.size();
    const bool is_challenge = longest_line_ == kMaxChallengeLine && line.starts_with("334");
    if (line.size() > kRfcReplyLine && !is_challenge)
        note(Breach::line_too_long);
    line.remove_suffix(1);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    else
        note(Breach::bare_line_feed);
    note_bytes(line);
    if (++reply_lines_ > kMaxReplyLines || reply_bytes_ > kMaxReplyBytes) {
        give_up(FaultKind::too_long,
                reply_lines_ > kMaxReplyLines
                    ? "a reply of more than " + std::to_string(kMaxReplyLines) + " lines"
                    : "a reply of more than " + std::to_string(kMaxReplyBytes) + " bytes");
        return false;
    }
    if (trimmed(line).empty()) {
        note(Breach::empty_line);
        if (lines_.empty())
            began_at_.reset();
        return false;
    }

    const auto code = code_of(line);
    if (!code) {
        if (lines_.empty()) {
            give_up(FaultKind::malformed, "it does not begin with a reply code");
            return false;
        }
        note(Breach::stray_line);
        lines_.emplace_back(line);
        return false;
    }
    if (*code < 200 || *code > 599) {
        give_up(FaultKind::malformed, "SMTP has no reply code " + std::string(line.substr(0, 3)));
        return false;
    }
    if (code_ != 0 && code_ != *code)
        note(Breach::mixed_codes);
    code_ = *code;
    const char separator = line.size() > 3 ? line[3] : '\0';
    if (line.size() == 3)
        note(Breach::code_only);
    else if (separator != ' ' && separator != '-')
        note(Breach::no_separator);
    const bool separated = separator == ' ' || separator == '-';
    lines_.emplace_back(line.substr(separated ? 4 : 3));
    return separator != '-';
}

void ReplyReader::note_bytes(std::string_view text)
{
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte == 0)
            note(Breach::nul_byte);
        else if (c == '\r')
            note(Breach::bare_carriage_return);
        else if ((byte < 0x20 && c != '\t') || byte == 0x7f)
            note(Breach::control_byte);
        else if (byte > 0x7f)
            note(Breach::non_ascii);
    }
}

std::optional<HeardReply> ReplyReader::finish()
{
    auto reply = Reply::make(code_, std::move(lines_));
    if (!reply) // cannot be: code and lines were looked at above
        return std::nullopt;
    if (began_at_.value_or(fed_) < early_until_)
        note(Breach::early_reply);
    if (reply->status() && reply->status()->status_class != reply->code_class())
        note(Breach::status_contradicts_code);
    HeardReply heard{*std::move(reply), {}, {}};
    for (unsigned i = 0; i <= static_cast<unsigned>(Names<Breach>::last); ++i)
        if ((breaches_ & (1u << i)) != 0)
            heard.breaches.push_back(static_cast<Breach>(i));
    forget_reply();
    return heard;
}

void ReplyReader::command_sent() { early_until_ = fed_; }

bool ReplyReader::empty() const { return unread().empty() && evidence_.empty(); }

std::string ReplyReader::pending() const
{
    auto bytes = evidence_;
    bytes += unread().substr(0, kMaxEvidence - bytes.size());
    return bytes;
}

void ReplyReader::clear()
{
    buffer_.clear();
    taken_ = 0;
    scanned_ = 0;
    forget_reply();
}

void ReplyReader::keep_evidence(std::string_view bytes)
{
    evidence_ += bytes.substr(0, kMaxEvidence - evidence_.size());
}

void ReplyReader::give_up(FaultKind kind, std::string why)
{
    if (!unreadable_)
        unreadable_ = Unreadable{kind, std::move(why), evidence_};
    clear();
}

void ReplyReader::forget_reply()
{
    lines_.clear();
    reply_bytes_ = 0;
    reply_lines_ = 0;
    began_at_.reset();
    code_ = 0;
    breaches_ = 0;
    evidence_.clear();
}

} // namespace smtpprobe
