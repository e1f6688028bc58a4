// SPDX-License-Identifier: Apache-2.0
#include "smtpprobe/capabilities.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

// RFC 1870 section 3: at most 20 digits.
constexpr std::size_t kMaxSizeDigits = 20;
constexpr std::string_view kAuthEquals = "AUTH=";

bool is_keyword(std::string_view word)
{
    return !word.empty() && is_alnum(word[0]) &&
           std::all_of(word.begin(), word.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

/// Cisco's `fixup smtp` overwrites what it does not know: `XXXXXXXA` once was STARTTLS. Others use stars.
bool is_masked(std::string_view word)
{
    if (word.size() < 4)
        return false;
    const auto body = word.substr(0, word.size() - 1);
    const bool crossed = body.find_first_not_of("Xx") == std::string_view::npos && is_alpha(word.back());
    return crossed || word.find_first_not_of('*') == std::string_view::npos;
}

bool has_bad_parameter(const Capability& capability)
{
    if (capability.keyword == "SIZE") {
        if (capability.parameters.empty())
            return false;
        const auto& size = capability.parameters[0];
        return capability.parameters.size() > 1 || size.size() > kMaxSizeDigits ||
               !std::all_of(size.begin(), size.end(), [](char c) { return is_digit(c); });
    }
    if (capability.keyword == "STARTTLS")
        return !capability.parameters.empty();
    return capability.keyword == "AUTH" && capability.parameters.empty();
}

class Reading {
public:
    explicit Reading(const Reply& reply)
    {
        const auto& lines = reply.lines();
        if (const auto words = words_of(lines[0]); !words.empty())
            list_.server_name = words[0];
        for (std::size_t i = 1; i < lines.size(); ++i)
            read(lines[i]);
    }

    Capabilities take() { return std::move(list_); }

private:
    void note(CapabilityFault fault, const std::string& line) { list_.notes.push_back({fault, line}); }

    void read(const std::string& line)
    {
        auto words = words_of(line);
        if (!words.empty() && is_masked(words[0]))
            note(CapabilityFault::masked, line);
        else if (!words.empty() && starts_with_ignoring_case(words[0], kAuthEquals))
            return read_equals_form(line, words);
        else if (words.empty() || !is_keyword(words[0]))
            note(CapabilityFault::malformed, line);
        if (words.empty() || !is_keyword(words[0]))
            return;

        Capability capability{to_upper(words[0]), {words.begin() + 1, words.end()}};
        if (has_bad_parameter(capability))
            note(CapabilityFault::bad_parameter, line);
        const auto* same = list_.find(capability.keyword);
        if (same && auth_from_equals_form_ && capability.keyword == "AUTH") {
            // The true form takes the place of the old one; servers send both for old clients.
            auth_from_equals_form_ = false;
            *std::find(list_.all.begin(), list_.all.end(), *same) = std::move(capability);
            return;
        }
        if (same && same->parameters != capability.parameters)
            note(CapabilityFault::duplicate, line);
        list_.all.push_back(std::move(capability));
    }

    void read_equals_form(const std::string& line, std::vector<std::string_view> words)
    {
        note(CapabilityFault::equals_form, line);
        if (list_.has("AUTH"))
            return;
        words[0].remove_prefix(kAuthEquals.size());
        if (words[0].empty())
            words.erase(words.begin());
        list_.all.push_back({"AUTH", {words.begin(), words.end()}});
        auth_from_equals_form_ = true;
    }

    Capabilities list_;
    bool auth_from_equals_form_ = false;
};

} // namespace

const Capability* Capabilities::find(std::string_view keyword) const
{
    const auto found = std::find_if(all.begin(), all.end(), [&](const Capability& capability) {
        return equal_ignoring_case(capability.keyword, keyword);
    });
    return found == all.end() ? nullptr : &*found;
}

Capabilities parse_capabilities(const Reply& reply) { return Reading(reply).take(); }

} // namespace smtpprobe
