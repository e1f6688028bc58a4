// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace smtpprobe {

/// RFC 1320. OpenSSL 3 has it in its legacy provider only, which need not be installed.
std::string md4(std::string_view bytes);

/// RFC 2104 with MD5. Nothing where this machine's OpenSSL forbids MD5 (FIPS).
std::optional<std::string> hmac_md5(std::string_view key, std::string_view bytes);

/// UTF-16, little-endian, as NTLM spells names. Bytes that are no UTF-8 become U+FFFD.
std::string utf16_of(std::string_view utf8);
/// And back. Half pairs become U+FFFD.
std::string utf8_of(std::string_view utf16);

/// What NTLMv2 makes of a server's challenge and the client's own 8 octets (MS-NLMP 3.3.2).
struct NtlmProof {
    std::string key;         ///< NTOWFv2
    std::string lm_response; ///< 24 octets
    std::string nt_response;
    std::string session_key; ///< SessionBaseKey
};

/// Nothing where hmac_md5 gives nothing. `time` is a FILETIME of 8 octets; `target_info` the AV pairs.
std::optional<NtlmProof> ntlm_proof(std::string_view user, std::string_view domain, std::string_view password,
                                    std::string_view server_challenge, std::string_view client_challenge,
                                    std::string_view time, std::string_view target_info);

/// What NTLMv1 makes of a server's challenge: 24 octets (MS-NLMP 3.3.1). Nothing where this machine's OpenSSL
/// forbids DES.
std::optional<std::string> ntlm_v1_response(std::string_view password, std::string_view server_challenge);

} // namespace smtpprobe
