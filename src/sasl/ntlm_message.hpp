// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpprobe {

// The three messages of NTLM (MS-NLMP 2.2.1).

/// The flags that are set or read here (MS-NLMP 2.2.2.5).
namespace ntlm {
inline constexpr std::uint32_t kUnicode = 0x00000001;
inline constexpr std::uint32_t kOem = 0x00000002;
inline constexpr std::uint32_t kRequestTarget = 0x00000004;
inline constexpr std::uint32_t kNtlm = 0x00000200;
inline constexpr std::uint32_t kAlwaysSign = 0x00008000;
inline constexpr std::uint32_t kExtendedSecurity = 0x00080000;
inline constexpr std::uint32_t kTargetInfo = 0x00800000;
inline constexpr std::uint16_t kAvEnd = 0;
inline constexpr std::uint16_t kAvTimestamp = 7;
} // namespace ntlm

/// One of the server's facts about itself (MS-NLMP 2.2.2.1).
struct NtlmAvPair {
    std::uint16_t id = 0;
    std::string value; ///< as sent
};

/// Any of the three messages, as far as it has these fields. Texts are UTF-8.
struct NtlmMessage {
    std::uint32_t type = 0; ///< 1 NEGOTIATE, 2 CHALLENGE, 3 AUTHENTICATE
    std::uint32_t flags = 0;
    std::string target;      ///< 2: whom the server speaks for
    std::string challenge;   ///< 2: eight octets
    std::string target_info; ///< 2: the AV pairs as sent
    std::vector<NtlmAvPair> pairs;
    std::string domain;      ///< 1, 3
    std::string user;        ///< 3
    std::string workstation; ///< 1, 3
    std::string lm_response; ///< 3
    std::string nt_response; ///< 3
    std::string session_key; ///< 3: as sent
};

/// Reads any bytes. Nothing where they are none of the three, or a field points outside of them.
std::optional<NtlmMessage> read_ntlm(std::string_view bytes);

/// The AV pairs of a target info; nothing where they do not end as they should.
std::optional<std::vector<NtlmAvPair>> read_av_pairs(std::string_view bytes);

std::string ntlm_negotiate();

/// What the client says in its last message. Names as UTF-8.
struct NtlmAuthenticate {
    std::uint32_t flags = 0;
    std::string domain;
    std::string user;
    std::string workstation;
    std::string lm_response;
    std::string nt_response;
};
std::string ntlm_authenticate(const NtlmAuthenticate& what);

/// A message in words; its responses masked unless `show_secrets`. Empty where it is none.
std::string ntlm_words(std::string_view bytes, bool show_secrets);

} // namespace smtpprobe
