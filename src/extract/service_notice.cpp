// SPDX-License-Identifier: Apache-2.0
#include "extract/service_notice.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/ascii.hpp"
#include "extract/delivery_status.hpp"
#include "extract/said.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostRecipients = 500;
constexpr std::size_t kMostString = 8192;

/// A JSON string's content; `at` stands behind the opening quote and comes to stand behind the closing
/// one. Escapes beyond ASCII are left as they are.
std::string read_string(std::string_view text, std::size_t& at)
{
    std::string value;
    while (at < text.size() && text[at] != '"') {
        char c = text[at++];
        if (c == '\\' && at < text.size()) {
            c = text[at++];
            c = c == 'n' || c == 'r' || c == 't' ? ' ' : c;
        }
        if (value.size() < kMostString)
            value += c;
    }
    ++at;
    return value;
}

/// The value of the first `"name":"…"` in an object.
std::string value_of(std::string_view object, std::string_view name)
{
    const std::string key = "\"" + std::string(name) + "\"";
    std::size_t at = object.find(key);
    if (at == std::string_view::npos)
        return {};
    at = object.find_first_not_of(" \t\n\r:", at + key.size());
    if (at == std::string_view::npos || object[at] != '"')
        return {};
    return read_string(object, ++at);
}

/// Until the brace that closes the object which begins at `at`; strings are stepped over.
std::size_t end_of_object(std::string_view text, std::size_t at)
{
    while (at < text.size() && text[at] != '}') {
        if (text[at++] == '"')
            read_string(text, at);
    }
    return std::min(at, text.size());
}

} // namespace

std::vector<Mention> read_service_notice(const BounceView& view)
{
    const std::string text = joined(view.report, " ");
    std::vector<Mention> mentions;
    std::size_t at = text.find("\"bouncedRecipients\"");
    at = at == std::string::npos ? at : text.find('[', at);
    while (at != std::string::npos && mentions.size() < kMostRecipients) {
        at = text.find_first_of("{]", at);
        if (at == std::string::npos || text[at] == ']')
            break;
        const std::size_t end = end_of_object(text, at + 1);
        const std::string_view object = std::string_view(text).substr(at, end - at);
        Mention mention;
        mention.recipient = value_of(object, "emailAddress");
        mention.status = value_of(object, "status");
        mention.action = equal_ignoring_case(value_of(object, "action"), "delayed") ? MailAction::delayed
                                                                                    : MailAction::failed;
        mention.sender = view.sender;
        std::vector<Said> passages;
        if (std::string words = value_of(object, "diagnosticCode"); !words.empty())
            passages.push_back(said(std::move(words)));
        settle(mention, passages);
        if (!mention.recipient.empty())
            mentions.push_back(std::move(mention));
        at = end;
    }
    return mentions;
}

} // namespace smtpprobe
