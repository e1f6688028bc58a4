// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/address.hpp"
#include "smtpprobe/sender_policy.hpp"

namespace smtpprobe {

enum class SpfMechanism : std::uint8_t { all, include, a, mx, ptr, ip4, ip6, exists };

template <> struct Names<SpfMechanism> {
    static constexpr std::string_view all[] = {"all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"};
    static constexpr SpfMechanism last = SpfMechanism::exists;
};

/// A directive of an SPF record (RFC 7208 section 4.6.1).
struct SpfTerm {
    std::string text;                         ///< as it stands there
    PolicyResult result = PolicyResult::pass; ///< what its qualifier says where it matches
    SpfMechanism mechanism{};
    std::string domain; ///< the domain-spec, its macros unexpanded; empty: the domain at hand
    IpAddress network;  ///< of ip4 and ip6
    int prefix4 = 32;
    int prefix6 = 128;
    friend bool operator==(const SpfTerm&, const SpfTerm&) = default;
};

/// Why a term cannot be read, and where it stands.
struct SpfError {
    std::size_t at = 0; ///< offset of the term in the record
    std::string term;   ///< raw
    std::string what;   ///< a few words for people
    friend bool operator==(const SpfError&, const SpfError&) = default;
};

/// An SPF record, read whole: one error in it spoils it all (RFC 7208 section 4.6).
struct SpfRecord {
    std::vector<SpfTerm> terms;       ///< the directives, in order; those that can be read
    std::string redirect;             ///< the domain-spec of redirect=; empty for none
    std::string explanation;          ///< that of exp=
    std::vector<std::string> ignored; ///< modifiers with a mechanism's name: `include=example.com`
    std::vector<SpfError> errors;     ///< the first kMaxSpfErrors
    friend bool operator==(const SpfRecord&, const SpfRecord&) = default;
};

inline constexpr std::size_t kMaxSpfErrors = 8;

/// Does a TXT record begin with `v=spf1`, as a word of its own (RFC 7208 section 4.5)?
bool is_spf_record(std::string_view text);

/// Reads a record that is_spf_record(). Total: any bytes.
SpfRecord parse_spf_record(std::string_view text);

} // namespace smtpprobe
