// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/ascii.hpp"
#include "extract/said.hpp"
#include "knowledge/unwrap.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostPassages = 400;
constexpr std::size_t kMostPassageBytes = 4000;

// What stands in reports without saying why: manners, and what happens next.
constexpr std::string_view kManners[] = {
    "i'm not going to try again",
    "i'm afraid i wasn't able to deliver",
    "this is a permanent error",
    "sorry it didn't work out",
    "this message was created automatically",
    "this is an automatically generated",
    "no action is required on your part",
    "you do not need to resend",
    "for further assistance",
    "if you do so, please include",
    "please do not reply",
    "message will be deleted from queue",
    "do not reply to this",
};

bool is_manners(std::string_view line)
{
    return std::any_of(std::begin(kManners), std::end(kManners), [&](std::string_view each) {
        return find_ignoring_case(line, each) != std::string_view::npos;
    });
}

/// A line of a delivery status within the text; those are read elsewhere.
bool is_status_field(std::string_view line)
{
    for (const std::string_view name :
         {"final-recipient", "original-recipient", "reporting-mta", "received-from-mta", "arrival-date",
          "action", "status", "remote-mta", "diagnostic-code", "last-attempt-date", "x-actual-recipient"})
        if (starts_with_ignoring_case(line, name) && trimmed(line.substr(name.size())).starts_with(':'))
            return true;
    return false;
}

/// Cuts lines into passages.
class Cutter {
public:
    void read(std::string_view line)
    {
        line = without_stamp(trimmed(line));
        const int code = reply_code_at_start(line);
        if (line.empty()) {
            close();
        } else if (awaits_command_) {
            answer_to(line);
        } else if (names_command(line)) {
            close();
            awaits_command_ = true;
        } else if (line.starts_with(">>>") || line.starts_with("-->")) {
            begin_command(trimmed(line.substr(3)));
        } else if (find_ignoring_case(line, "while talking to ") != std::string_view::npos) {
            read_host(line);
        } else if (line.starts_with("<<<") || line.starts_with("<--")) {
            begin_reply(trimmed(line.substr(3)));
        } else if (line.starts_with("(reason: ")) {
            close();
            line.remove_prefix(9);
            text_ = line.ends_with(')') ? line.substr(0, line.size() - 1) : line;
        } else if (is_manners(line) || is_status_field(line)) {
            close();
        } else if (code != 0 && text_.ends_with(':')) {
            announced_reply(line);
        } else if (begins_passage(line, code)) {
            close();
            text_ = line;
        } else if (text_.size() < kMostPassageBytes) {
            text_ += text_.empty() ? "" : " ";
            text_ += line;
        }
    }

    std::vector<Said> finish()
    {
        end_exchange();
        return std::move(passages_);
    }

private:
    /// `Mon 2026-03-02 10:00:00: [1] <-- 550 no`: MDaemon's transcript has the time before each line.
    static std::string_view without_stamp(std::string_view line)
    {
        for (const std::string_view arrow : {"<-- ", "--> "}) {
            const std::size_t at = line.substr(0, 60).find(arrow);
            const bool stamped = at != std::string_view::npos &&
                                 std::count_if(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(at),
                                               [](char c) { return is_digit(c); }) >= 4;
            if (stamped)
                return line.substr(at);
        }
        return line;
    }

    /// `-------SMTP command`, and the command on the next line.
    static bool names_command(std::string_view line)
    {
        const std::size_t first = line.find_first_not_of("-=* ");
        return first != std::string_view::npos && equal_ignoring_case(line.substr(first), "SMTP command");
    }

    void answer_to(std::string_view command)
    {
        awaits_command_ = false;
        const auto step = step_named(command);
        if (step && !passages_.empty() && passages_.back().evidence.code != 0)
            passages_.back() = said(passages_.back().text, passages_.back().host, step);
    }

    /// A reply of several lines is one passage.
    void begin_reply(std::string_view line)
    {
        const int code = reply_code_at_start(line);
        const bool goes_on = in_reply_ && code != 0 && reply_goes_on_ && text_.starts_with(line.substr(0, 3));
        if (!goes_on) {
            close();
            text_ = line;
        } else if (text_.size() < kMostPassageBytes) {
            text_ += ' ';
            text_ += line;
        }
        in_reply_ = true;
        reply_goes_on_ = line.size() > 3 && line[3] == '-';
    }

    /// `… after EHLO mail.example.org:`, and the reply on the next line.
    void announced_reply(std::string_view line)
    {
        announced_step_ = said(text_ + " " + std::string(line)).evidence.step;
        text_ = line;
    }

    bool begins_passage(std::string_view line, int code) const
    {
        if (text_.empty())
            return true;
        if (in_reply_)
            return !reply_goes_on_;
        if (code != 0) {
            // Where the text was wrapped, a line may begin with a reply's later `550-`. Another address
            // is another recipient's reply.
            const bool same = text_.find(line.substr(0, 3)) != std::string::npos;
            return !same || (line.find('@') != std::string_view::npos && reply_code_at_start(text_) != 0);
        }
        return line.find(" returned '") != std::string_view::npos ||
               starts_with_ignoring_case(line, "diagnostic code:") ||
               starts_with_ignoring_case(line, "reason:") || starts_with_ignoring_case(line, "error:") ||
               starts_with_ignoring_case(line, "remote system:");
    }

    void begin_command(std::string_view command)
    {
        end_exchange();
        const auto step = step_named(command);
        after_data_ = step == Step::data;
        // Behind DATA, replies to what was sent before it may come as well (pipelining).
        step_ = after_data_ ? std::nullopt : step;
        first_of_exchange_ = passages_.size();
    }

    /// If the recipient had been refused, a complaint would follow that there is none. So what stands
    /// behind DATA alone is the answer to the message.
    void end_exchange()
    {
        close();
        if (!after_data_)
            return;
        after_data_ = false;
        for (std::size_t i = first_of_exchange_; i < passages_.size(); ++i)
            if (passages_[i].follow_on)
                return;
        for (std::size_t i = first_of_exchange_; i < passages_.size(); ++i)
            if (passages_[i].in_transcript && passages_[i].evidence.code != 354)
                passages_[i] = said(passages_[i].text, passages_[i].host, Step::message);
    }

    void read_host(std::string_view line)
    {
        end_exchange();
        const std::size_t at = find_ignoring_case(line, "while talking to ");
        host_ = line.substr(at + 17, 255);
        while (!host_.empty() && (host_.back() == ':' || host_.back() == '.'))
            host_.pop_back();
        step_.reset();
    }

    void close()
    {
        if (!text_.empty() && passages_.size() < kMostPassages) {
            passages_.push_back(said(std::move(text_), host_, announced_step_ ? announced_step_ : step_));
            passages_.back().in_transcript = in_reply_;
        }
        text_.clear();
        announced_step_.reset();
        in_reply_ = false;
        reply_goes_on_ = false;
    }

    std::string text_;
    std::string host_;
    std::optional<Step> step_;
    std::optional<Step> announced_step_;
    bool after_data_ = false;
    bool awaits_command_ = false;
    std::size_t first_of_exchange_ = 0;
    bool in_reply_ = false;
    bool reply_goes_on_ = false;
    std::vector<Said> passages_;
};

} // namespace

std::vector<Said> passages_of(const std::vector<std::string_view>& lines)
{
    Cutter cutter;
    for (const std::string_view line : lines)
        cutter.read(line);
    return cutter.finish();
}

} // namespace smtpprobe
