// SPDX-License-Identifier: Apache-2.0
#include "sasl/ntlm_message.hpp"

#include <algorithm>

#include "sasl/ntlm_hash.hpp"

namespace smtpprobe {
namespace {

constexpr std::string_view kSignature("NTLMSSP\0", 8);

/// Reads little-endian numbers and the fields that they point to. Every step outside of the bytes is noted.
class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::uint32_t number(std::size_t at, std::size_t octets)
    {
        if (at > bytes_.size() || bytes_.size() - at < octets) {
            outside_ = true;
            return 0;
        }
        std::uint32_t value = 0;
        for (std::size_t i = octets; i > 0; --i)
            value = value << 8 | static_cast<unsigned char>(bytes_[at + i - 1]);
        return value;
    }
    /// Length, longest length, offset (MS-NLMP 2.2.1).
    std::string_view field(std::size_t at)
    {
        const std::size_t length = number(at, 2);
        const std::size_t offset = number(at + 4, 4);
        if (outside_ || length == 0)
            return {};
        if (offset > bytes_.size() || bytes_.size() - offset < length) {
            outside_ = true;
            return {};
        }
        return bytes_.substr(offset, length);
    }
    std::string_view octets(std::size_t at, std::size_t count)
    {
        if (at > bytes_.size() || bytes_.size() - at < count) {
            outside_ = true;
            return {};
        }
        return bytes_.substr(at, count);
    }
    bool has(std::size_t size) const { return bytes_.size() >= size; }
    bool outside() const { return outside_; }

private:
    std::string_view bytes_;
    bool outside_ = false;
};

std::string text_of(std::string_view bytes, bool unicode)
{
    return unicode ? utf8_of(bytes) : std::string(bytes);
}

void read_negotiate(Reader& reader, NtlmMessage& message)
{
    message.flags = reader.number(12, 4);
    if (reader.has(32)) { // the oldest clients end behind the flags
        message.domain = std::string(reader.field(16));
        message.workstation = std::string(reader.field(24));
    }
}

void read_challenge(Reader& reader, NtlmMessage& message)
{
    message.flags = reader.number(20, 4);
    message.target = text_of(reader.field(12), (message.flags & ntlm::kUnicode) != 0);
    message.challenge = std::string(reader.octets(24, 8));
    if (reader.has(48) && (message.flags & ntlm::kTargetInfo) != 0)
        message.target_info = std::string(reader.field(40));
}

void read_authenticate(Reader& reader, NtlmMessage& message)
{
    // The oldest clients leave session key and flags out; theirs is Unicode all the same.
    message.flags = reader.has(64) ? reader.number(60, 4) : ntlm::kUnicode;
    const bool unicode = (message.flags & ntlm::kUnicode) != 0;
    message.lm_response = std::string(reader.field(12));
    message.nt_response = std::string(reader.field(20));
    message.domain = text_of(reader.field(28), unicode);
    message.user = text_of(reader.field(36), unicode);
    message.workstation = text_of(reader.field(44), unicode);
    if (reader.has(64))
        message.session_key = std::string(reader.field(52));
}

std::string little_endian(std::uint32_t value, int octets)
{
    std::string bytes;
    for (int i = 0; i < octets; ++i)
        bytes += static_cast<char>(value >> (8 * i) & 0xff);
    return bytes;
}

} // namespace

std::optional<NtlmMessage> read_ntlm(std::string_view bytes)
{
    if (!bytes.starts_with(kSignature))
        return std::nullopt;
    Reader reader(bytes);
    NtlmMessage message;
    message.type = reader.number(8, 4);
    if (message.type == 1)
        read_negotiate(reader, message);
    else if (message.type == 2)
        read_challenge(reader, message);
    else if (message.type == 3)
        read_authenticate(reader, message);
    else
        return std::nullopt;
    if (reader.outside())
        return std::nullopt;
    if (!message.target_info.empty()) {
        auto pairs = read_av_pairs(message.target_info);
        if (!pairs)
            return std::nullopt;
        message.pairs = *std::move(pairs);
    }
    return message;
}

std::optional<std::vector<NtlmAvPair>> read_av_pairs(std::string_view bytes)
{
    std::vector<NtlmAvPair> pairs;
    while (bytes.size() >= 4) {
        Reader reader(bytes);
        const auto id = static_cast<std::uint16_t>(reader.number(0, 2));
        const std::size_t length = reader.number(2, 2);
        if (id == ntlm::kAvEnd)
            return pairs;
        const auto value = reader.octets(4, length);
        if (reader.outside())
            return std::nullopt;
        pairs.push_back({id, std::string(value)});
        bytes.remove_prefix(4 + length);
    }
    return std::nullopt;
}

std::string ntlm_negotiate()
{
    std::string bytes(kSignature);
    bytes += little_endian(1, 4);
    bytes += little_endian(ntlm::kUnicode | ntlm::kOem | ntlm::kRequestTarget | ntlm::kNtlm |
                               ntlm::kAlwaysSign | ntlm::kExtendedSecurity,
                           4);
    const std::string nothing = little_endian(0, 4) + little_endian(32, 4);
    return bytes + nothing + nothing;
}

std::string ntlm_authenticate(const NtlmAuthenticate& what)
{
    const bool unicode = (what.flags & ntlm::kUnicode) != 0;
    const auto spelled = [&](const std::string& text) { return unicode ? utf16_of(text) : text; };
    constexpr std::uint32_t kHead = 64;
    std::string head(kSignature);
    head += little_endian(3, 4);
    std::string payload;
    const auto add = [&](const std::string& bytes) {
        const auto size = static_cast<std::uint32_t>(bytes.size());
        head += little_endian(size, 2) + little_endian(size, 2) +
                little_endian(kHead + static_cast<std::uint32_t>(payload.size()), 4);
        payload += bytes;
    };
    add(what.lm_response);
    add(what.nt_response);
    add(spelled(what.domain));
    add(spelled(what.user));
    add(spelled(what.workstation));
    add({}); // no session key: nothing is signed or sealed by it in SMTP
    head += little_endian(what.flags, 4);
    return head + payload;
}

} // namespace smtpprobe
