// SPDX-License-Identifier: Apache-2.0
#include "smtp/envelope_words.hpp"

#include <algorithm>

#include "smtp/xtext.hpp"

namespace smtpprobe {
namespace {

constexpr std::string_view kTls = "TLS";

/// Collects words, and leaves out what is not offered.
class Wording {
public:
    Wording(const EnvelopeSettings& settings, const EnvelopeNeeds& needs, const Capabilities& offered)
        : settings_(settings), needs_(needs), offered_(offered)
    {
    }

    EnvelopeWords write()
    {
        size();
        body();
        if (needs_.utf8 || settings_.smtputf8)
            words_.utf8 = mail("SMTPUTF8", "SMTPUTF8", {}, true);
        if (!settings_.ret.empty())
            mail("RET", "DSN", settings_.ret);
        if (!settings_.envid.empty())
            mail("ENVID", "DSN", to_xtext(settings_.envid));
        if (settings_.require_tls)
            require_tls();
        if (settings_.mt_priority)
            mail("MT-PRIORITY", "MT-PRIORITY", std::to_string(*settings_.mt_priority));
        if (!settings_.deliver_by.empty())
            mail("BY", "DELIVERBY", settings_.deliver_by);
        if (settings_.hold_for)
            mail("HOLDFOR", "FUTURERELEASE", std::to_string(*settings_.hold_for));
        if (!settings_.hold_until.empty())
            mail("HOLDUNTIL", "FUTURERELEASE", settings_.hold_until);
        if (settings_.auth)
            mail("AUTH", "AUTH", settings_.auth->empty() ? "<>" : to_xtext(*settings_.auth));
        if (!settings_.notify.empty())
            rcpt("NOTIFY", settings_.notify);
        original_recipient();
        return std::move(words_);
    }

private:
    /// True where it may be said.
    bool may_say(std::string_view word, std::string_view keyword, bool vital)
    {
        if (offered_.has(keyword) || settings_.unoffered)
            return true;
        words_.not_offered.push_back({word, keyword});
        words_.forbidden = words_.forbidden || vital || needs_.message;
        return false;
    }

    static std::string with_value(std::string_view word, const std::string& value)
    {
        return value.empty() ? std::string(word) : std::string(word) + '=' + value;
    }

    bool mail(std::string_view word, std::string_view keyword, const std::string& value, bool vital = false)
    {
        const bool said = may_say(word, keyword, vital);
        if (said)
            words_.mail.push_back(with_value(word, value));
        return said;
    }

    void rcpt(std::string_view word, const std::string& value)
    {
        if (may_say(word, "DSN", false))
            words_.rcpt.push_back(with_value(word, value));
    }

    /// Servers offer it within TLS only; who offers it in clear is not to be believed.
    void require_tls()
    {
        if (needs_.encrypted || settings_.unoffered) {
            mail("REQUIRETLS", "REQUIRETLS", {}, true);
            return;
        }
        words_.not_offered.push_back({"REQUIRETLS", kTls});
        words_.forbidden = true;
    }

    void size()
    {
        if (settings_.size)
            mail("SIZE", "SIZE", std::to_string(*settings_.size));
        else if (needs_.message_size && offered_.has("SIZE"))
            mail("SIZE", "SIZE", std::to_string(*needs_.message_size));
    }

    void body()
    {
        if (!settings_.body.empty())
            mail("BODY", settings_.body == "BINARYMIME" ? "BINARYMIME" : "8BITMIME", settings_.body);
        else if (needs_.eight_bit)
            mail("BODY", "8BITMIME", "8BITMIME");
    }

    /// The address type stays as it is: `rfc822;user+2Btag@example.com`.
    void original_recipient()
    {
        const auto& orcpt = settings_.orcpt;
        if (orcpt.empty())
            return;
        const auto end = orcpt.find(';');
        const auto type = end == std::string::npos ? std::string("rfc822") : orcpt.substr(0, end);
        const auto address = end == std::string::npos ? orcpt : orcpt.substr(end + 1);
        rcpt("ORCPT", type + ';' + to_xtext(address));
    }

    const EnvelopeSettings& settings_;
    const EnvelopeNeeds& needs_;
    const Capabilities& offered_;
    EnvelopeWords words_;
};

} // namespace

std::string UnofferedWord::text() const
{
    std::string text(word);
    if (keyword == kTls)
        text += " (only within TLS)";
    else if (word != keyword)
        text += " (of " + std::string(keyword) + ')';
    return text;
}

EnvelopeWords envelope_words(const EnvelopeSettings& settings, const EnvelopeNeeds& needs,
                             const Capabilities& offered)
{
    return Wording(settings, needs, offered).write();
}

bool needs_utf8(std::string_view mailbox)
{
    return std::any_of(mailbox.begin(), mailbox.end(),
                       [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

} // namespace smtpprobe
