// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <iterator>

#include "base/timestamp.hpp"
#include "sasl/ntlm_hash.hpp"
#include "sasl/ntlm_message.hpp"
#include "sasl/sasl_words.hpp"

namespace smtpprobe {
namespace {

struct FlagWord {
    std::uint32_t flag;
    std::string_view words;
};

// MS-NLMP 2.2.2.5, in its letters' order; the names are shortened to what they mean.
constexpr FlagWord kFlags[] = {
    {0x80000000, "56-bit"},
    {0x40000000, "key exchange"},
    {0x20000000, "128-bit"},
    {0x02000000, "version"},
    {0x00800000, "target info"},
    {0x00400000, "LM session key"},
    {0x00100000, "identify"},
    {0x00080000, "extended session security (NTLM2)"},
    {0x00040000, "share"},
    {0x00020000, "server"},
    {0x00010000, "domain"},
    {0x00008000, "always sign"},
    {0x00002000, "workstation"},
    {0x00001000, "domain supplied"},
    {0x00000800, "anonymous"},
    {0x00000200, "NTLM"},
    {0x00000080, "LAN Manager"},
    {0x00000040, "datagram"},
    {0x00000020, "seal"},
    {0x00000010, "sign"},
    {0x00000004, "asks for target"},
    {0x00000002, "OEM"},
    {0x00000001, "Unicode"},
};

constexpr std::string_view kPairNames[] = {"",           "server",     "domain",         "DNS server",
                                           "DNS domain", "DNS forest", "flags",          "time",
                                           "host data",  "service",    "channel binding"};

std::string hex(std::string_view bytes)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        text += kDigits[static_cast<unsigned char>(byte) >> 4];
        text += kDigits[static_cast<unsigned char>(byte) & 0xf];
    }
    return text;
}

std::string flag_words(std::uint32_t flags)
{
    std::string little;
    for (int shift = 24; shift >= 0; shift -= 8)
        little += static_cast<char>(flags >> shift & 0xff);
    std::string words = "flags 0x" + hex(little);
    std::string separator = " (";
    for (const auto& [flag, meaning] : kFlags) {
        if ((flags & flag) == 0)
            continue;
        words += separator + std::string(meaning);
        separator = ", ";
    }
    return separator == ", " ? words + ')' : words;
}

/// A FILETIME: tenths of microseconds since 1601.
std::string file_time_words(std::string_view value)
{
    std::uint64_t ticks = 0;
    for (std::size_t i = value.size(); i > 0; --i)
        ticks = ticks << 8 | static_cast<unsigned char>(value[i - 1]);
    constexpr std::uint64_t kUnixEpoch = 116'444'736'000'000'000;
    constexpr std::uint64_t kYear9999 = 2'650'467'744'000'000'000;
    if (value.size() != 8 || ticks < kUnixEpoch || ticks >= kYear9999)
        return hex(value);
    const auto since = std::chrono::microseconds(static_cast<std::int64_t>((ticks - kUnixEpoch) / 10));
    return timestamp(Instant(std::chrono::duration_cast<Duration>(since)));
}

std::string pair_words(const NtlmAvPair& pair)
{
    const auto known = pair.id < std::size(kPairNames);
    const auto name = known ? std::string(kPairNames[pair.id]) : "item " + std::to_string(pair.id);
    if (pair.id == ntlm::kAvTimestamp)
        return name + ' ' + file_time_words(pair.value);
    const bool is_text = (pair.id >= 1 && pair.id <= 5) || pair.id == 9;
    return name + ' ' + (is_text ? utf8_of(pair.value) : hex(pair.value));
}

std::string named(std::string_view what, const std::string& value)
{
    return value.empty() ? std::string() : ", " + std::string(what) + ' ' + value;
}

/// Which NTLM it is: the newer responses are longer than the 24 octets of the old ones.
std::string response_words(const NtlmMessage& message, bool show_secrets)
{
    const bool newer = message.nt_response.size() > 24;
    std::string words = newer ? ", NTLMv2 response " : ", NTLMv1 response ";
    words += masked(hex(message.nt_response), show_secrets);
    if (!message.lm_response.empty())
        words += ", LM response " + masked(hex(message.lm_response), show_secrets);
    if (!message.session_key.empty())
        words += ", session key " + masked(hex(message.session_key), show_secrets);
    return words;
}

} // namespace

std::string ntlm_words(std::string_view bytes, bool show_secrets)
{
    const auto message = read_ntlm(bytes);
    if (!message)
        return {};
    std::string words;
    if (message->type == 1) {
        words =
            "NTLM negotiate" + named("domain", message->domain) + named("workstation", message->workstation);
    } else if (message->type == 2) {
        words = "NTLM challenge" + named("target", message->target) + ", nonce " + hex(message->challenge);
        for (const auto& pair : message->pairs)
            words += ", " + pair_words(pair);
    } else {
        words = "NTLM authenticate" + named("user", message->user) + named("domain", message->domain) +
                named("workstation", message->workstation) + response_words(*message, show_secrets);
    }
    return words + ", " + flag_words(message->flags);
}

} // namespace smtpprobe
