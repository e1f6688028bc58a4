// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/address.hpp"
#include "smtpprobe/finding.hpp"
#include "smtpprobe/lookup.hpp"

namespace smtpprobe {

// Block lists in DNS (RFC 5782): the reversed address, or a domain, is looked up beneath the list's zone. An
// answer within 127.0.0.0/8 says that it is listed, NXDOMAIN that it is not. Some answers within 127/8 are no
// listing: 127.255.255.x says that the list does not serve the resolver that asks for us.

/// What one answer of a list stands for.
struct BlockListCode {
    std::uint8_t third = 0; ///< the octets of 127.0.THIRD.FROM to 127.0.THIRD.TO
    std::uint8_t from = 0;
    std::uint8_t to = 0;
    std::string_view means; ///< `XBL: infected or abused machines`
    std::string_view entry; ///< of the catalogue, for its words; empty: the list's own
};

struct BlockList {
    std::string_view zone;
    std::string_view name; ///< as people know it
    bool ipv4 = true;
    bool ipv6 = false;
    bool domains = false;
    bool asked = true;                    ///< one of the default set
    Severity weight = Severity::problem;  ///< of a listing: how many receivers refuse by it
    std::string_view lookup;              ///< page that says why, and takes an address off
    std::string_view entry;               ///< of the catalogue: what a listing means, and the way off
    std::string_view must_be_listed = {}; ///< a domain that the list always holds (RFC 5782 5: `test`)
    std::span<const BlockListCode> codes = {};
};

/// All that we know of. Asked by default are those that answer everybody who asks little, and whose listings
/// receivers act upon. Closed ones (SORBS 2024, NiX Spam 2025) are no more in it.
std::span<const BlockList> known_block_lists();
/// The list of that zone; for a zone that nobody has described, what may be expected of any. Points into
/// the text of `zone`.
BlockList block_list(std::string_view zone);
/// The zones to ask, by default or as --block-list says.
std::vector<std::string> zones_to_ask(const std::optional<std::vector<std::string>>& chosen);
/// Zones that a refusal names: of lists that we know, or behind `blocked using`. At most two.
std::vector<std::string> zones_named_in(std::string_view words);

/// What to look up. The zone must stay as it is: `listing_name(address, "zen.spamhaus.org")`.
std::string listing_name(const IpAddress& address, std::string_view zone);
std::string listing_name(std::string_view domain, std::string_view zone);
/// A name that a working list has, and one that it must not have (RFC 5782 5).
std::string must_be_listed(const BlockList& list);
std::string must_not_be_listed(const BlockList& list);

enum class Listing : std::uint8_t {
    none, ///< not listed
    listed,
    refused,    ///< the list does not serve our resolver (127.255.255.x and the like)
    no_list,    ///< an answer outside 127/8: somebody else's zone by now, or a resolver that lies
    unanswered, ///< the lookup failed
};

struct ListAnswer {
    Listing listing = Listing::unanswered;
    std::string codes;      ///< `127.0.0.4, 127.0.0.11`
    std::string_view means; ///< of the gravest code; may be empty
    std::string_view entry; ///< of the catalogue; may be empty
};

/// Reads the answer to a question for an A record.
ListAnswer read_answer(const BlockList& list, const Lookup& lookup);

} // namespace smtpprobe
