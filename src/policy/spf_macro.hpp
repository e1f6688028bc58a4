// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/address.hpp"
#include "smtpprobe/expected.hpp"

namespace smtpprobe {

/// A piece of a macro-string (RFC 7208 section 7.1): plain text, or one letter to be replaced.
struct MacroPart {
    std::string text;     ///< where letter is 0
    char letter = 0;      ///< lower case
    bool url = false;     ///< it stood in upper case: escape what URLs do not take
    std::size_t keep = 0; ///< the rightmost parts that stay; 0: all
    bool reversed = false;
    std::string delimiters; ///< empty: the dot
    friend bool operator==(const MacroPart&, const MacroPart&) = default;
};

/// Where a macro-string stands: only an explanation may have spaces, and the letters c, r and t.
enum class MacroUse { name, explanation };

/// Its parts, or what is wrong with it.
Expected<std::vector<MacroPart>, std::string> parse_macros(std::string_view text, MacroUse use);

/// Why `text` is no domain-spec; empty where it is one.
std::string domain_spec_error(std::string_view text);

/// What the letters stand for.
struct MacroValues {
    std::string sender; ///< always with a local part
    std::string domain; ///< the one at hand
    std::string helo;
    IpAddress address;
    std::string validated = "unknown"; ///< %{p}
    std::string receiver = "unknown";  ///< %{r}
    long long seconds = 0;             ///< %{t}
};

/// At most kMaxExpansion bytes.
std::string expand_macros(const std::vector<MacroPart>& parts, const MacroValues& values);

/// A domain-spec expanded, without a final dot, shortened from the left to 253 octets (section 7.3).
/// Nothing where no DNS name comes of it.
std::optional<std::string> expand_domain(std::string_view domain_spec, const MacroValues& values);

/// Is the letter (lower case) used in it?
bool uses_letter(std::string_view text, std::string_view letters);

/// Can it be looked up: labels of 1 to 63 octets, at most 253 in all, visible ASCII?
bool is_dns_name(std::string_view name);

inline constexpr std::size_t kMaxExpansion = 2048;

} // namespace smtpprobe
