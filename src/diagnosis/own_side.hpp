// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/block_lists.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// What a refusal says is wrong with us.
enum class Concern : std::uint8_t {
    reverse_name,  ///< PTR of our address, missing or not leading back
    hello,         ///< the name in our EHLO
    listing,       ///< our address or domain is blocked or listed
    reputation,    ///< held in bad repute, without a reason that could be looked up
    policy,        ///< SPF, DMARC
    sender_domain, ///< the domain of MAIL FROM does not resolve
};

/// A server that refused us, or put us off, for what we are.
struct AboutUs {
    const Session* session = nullptr;
    const Received* received = nullptr;
    Concern concern{};
    std::optional<IpAddress> seen;  ///< where it sees us come from, as far as can be told
    std::vector<std::string> zones; ///< block lists that it names
};

/// This machine as a sender, as far as the facts tell.
struct OwnSide {
    bool asked = false; ///< `smtpprobe self`: look at all of it
    std::vector<AboutUs> complaints;
    std::vector<IpAddress> addresses; ///< that receivers see, at most kMaxOwnAddresses
    std::vector<IpAddress> hidden;    ///< ours, but translated on the way: receivers see others
    std::string told_by;              ///< the server that said where it sees us come from; may be empty
    std::string hello;                ///< what EHLO says; empty: the address literal
    std::string domain;               ///< of the sender, where one was named; else empty
    std::string sender;               ///< the envelope sender, for SPF; may be empty

    bool matters() const { return asked || !complaints.empty(); }
    bool is_concern(Concern concern) const;
    /// Whose SPF record counts: the sender's domain, or that of the EHLO name for the null sender.
    std::string policy_domain() const { return domain.empty() && !hello_is_literal() ? hello : domain; }
    bool hello_is_literal() const { return hello.empty() || hello.front() == '['; }
    /// Is the EHLO name one that DNS may have?
    bool hello_is_qualified() const;
};

inline constexpr std::size_t kMaxOwnAddresses = 4;
/// An address may have any number of names; no more than these are followed.
inline constexpr std::size_t kMaxOwnNames = 4;

/// Points into the facts: keep them.
OwnSide own_side_of(const Facts& facts);

/// The lookup that an experiment made for this purpose; nullptr where it was not made, or not through.
const Lookup* lookup_made(const Facts& facts, Purpose purpose, std::string_view name, RecordType type);
const PolicyCheck* policy_made(const Facts& facts, std::string_view domain, const IpAddress& address);

/// The names that PTR gives an address; at most kMaxOwnNames.
std::vector<std::string> own_names(const Facts& facts, const IpAddress& address);
/// The record type that holds addresses of that family.
RecordType record_type_of(Family family);
/// What to ask a block list about us: our public addresses, or our domains, as it can hold them.
std::vector<std::string> listing_names(const BlockList& list, const OwnSide& own);
/// Where the DMARC record of a domain is looked for: it, then its organisation's domain.
std::vector<std::string> dmarc_names(const std::string& domain);

} // namespace smtpprobe
