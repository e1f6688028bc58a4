// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// A name that cannot exist (RFC 6761 6.4): whoever gives it an address, lies.
inline constexpr const char* kImpossibleName = "smtpprobe-check.invalid";
/// Name servers of one zone that are looked at.
inline constexpr std::size_t kMaxAuthorities = 6;
/// A lookup that took so long makes one ask why.
inline constexpr Duration kSlowLookup = std::chrono::seconds(1);

/// What one authoritative server said when it was asked itself.
enum class AuthorityState {
    unasked,
    no_address,     ///< its name has none
    address_failed, ///< its name could not be looked up
    forbidden,      ///< a loopback address and the like: not asked
    silent,
    closed,
    unreachable,
    server_failure,
    refused,
    garbled, ///< FORMERR, NOTIMP, an odd RCODE, or bytes that are no answer
    no_tcp,  ///< truncated over UDP, and TCP did not work
    lame,    ///< an answer without authority: it does not serve the zone
    good,
};

struct Authority {
    std::string name;                 ///< of its NS record
    std::optional<IpAddress> address; ///< that was, or is to be, asked
    AuthorityState state = AuthorityState::unasked;
    const Lookup* answer = nullptr; ///< of the question in doubt
    /// `ns1.example.com [192.0.2.1]`
    std::string text() const;
};

/// A question that failed, took long or may be answered falsely, and where its answer should have come from.
struct Doubt {
    const Lookup* lookup = nullptr;    ///< the route's own, or what its alias led to
    Question question;                 ///< behind the aliases
    const Lookup* circle = nullptr;    ///< a name server's own answer, where its aliases lead in a circle
    const Lookup* unchecked = nullptr; ///< the same with DNSSEC checking disabled
    std::string parent;                ///< the nearest zone above whose name servers are known
    std::vector<std::string> parent_servers;
    std::string zone; ///< that should answer; only where zone_known
    bool zone_known = false;
    std::vector<Authority> servers; ///< of the zone; at most kMaxAuthorities
};

/// The lookups of the facts, and the experiments about them. Points into the facts: keep those.
class DnsView {
public:
    explicit DnsView(const Facts& facts);

    const Facts& facts() const { return *facts_; }
    /// What was asked of DNS for the route, and has an outcome.
    const std::vector<const Lookup*>& own() const { return own_; }
    /// The experiment with that question to the resolver; null where there is none yet.
    const Lookup* made(Purpose purpose, const std::string& name, RecordType type) const;
    /// All experiments of that purpose, to whomever.
    std::vector<const Lookup*> all(Purpose purpose) const;
    /// The address of a name server: glue of a referral, or looked up. `state` says why there is none.
    std::optional<IpAddress> address_of(const std::string& server, AuthorityState& state) const;
    /// Has that name server been asked, and there is no way to it from here?
    bool is_unreachable(const IpAddress& server) const;
    /// Every name that is in doubt once, failures before slow answers; at most three.
    std::vector<Doubt> doubts() const;

private:
    Doubt doubt_about(const Lookup& lookup) const;
    void find_zone(Doubt& doubt) const;
    void find_servers(Doubt& doubt) const;

    const Facts* facts_;
    std::vector<const Lookup*> own_;
};

/// The name and those above it, nearest first: at most five, without the root.
std::vector<std::string> suffixes_of(const std::string& name);
/// Is it that name, or below it? Everything is below the root.
bool is_within(const std::string& name, const std::string& zone);
/// Did DNS give an answer, be it that there is nothing?
bool is_answer(const Lookup& lookup);
/// An answer that there is nothing, or an address that is none: filtering resolvers say so of what they hide.
bool may_be_hidden(const Lookup& lookup);
/// Does the resolver itself say so (RFC 8914 4.16 to 4.19: blocked, censored, filtered, prohibited)?
bool says_filtered(const Lookup& lookup);
/// Said of the name by a server that knows, or that knows whom to ask.
bool speaks_with_authority(const Lookup& lookup);
/// Do the parent's own servers say that there is no such name?
bool is_denied_above(const DnsView& view, const Doubt& doubt);
/// Did anything come back over the network?
bool came_back(const Lookup& lookup);
/// `192.0.2.1` of `192.0.2.1:53`, as Lookup::server has it.
std::optional<IpAddress> address_in(const std::string& server);

} // namespace smtpprobe
