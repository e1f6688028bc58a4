// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "diagnosis/connect_view.hpp"
#include "diagnosis/trace_reading.hpp"

namespace smtpprobe {

/// How controls, or other contacts, came out.
struct Tally {
    int asked = 0;
    int open = 0;
    int refused = 0;
    int rejected = 0;
    int silent = 0;

    void count(Reach reach);
    /// Enough were asked to say that it is not they.
    bool none_of_several() const { return asked >= 2 && open == 0; }
};

/// What an ICMP error amounts to, whichever family it is of.
enum class IcmpWord {
    nothing,    ///< there is none, or it says something else
    prohibited, ///< a firewall's own word
    host_gone,  ///< nobody has that address
    no_route,
    port_closed,
    looped, ///< it went round until its hops were used up
};

IcmpWord said_by(const IcmpError& icmp);
/// `communication administratively prohibited`
std::string_view words_of(const IcmpError& icmp);

/// All that bears on why endpoints do not connect.
class ConnectPicture {
public:
    explicit ConnectPicture(const Facts& facts);

    const Facts& facts() const { return *facts_; }
    const std::vector<Approach>& approaches() const { return approaches_; }
    const std::vector<IpAddress>& own() const { return own_; }

    /// Controls on that port; of one family, or of both.
    Tally controls(std::uint16_t port, std::optional<Family> family = std::nullopt) const;
    /// Controls on whichever port; of one family, or of both.
    Tally all_controls(std::optional<Family> family = std::nullopt) const;
    /// Was anything tried on other ports, where the controls of that port do not answer?
    bool life_was_sought(std::uint16_t port) const;
    /// Did anything connect on that port, in that family: an endpoint or a control?
    bool port_works(std::uint16_t port, std::optional<Family> family = std::nullopt) const;
    /// Did anything show life in that family on any port (but perhaps that one)?
    bool life(std::optional<Family> family, std::optional<std::uint16_t> but_port = std::nullopt) const;
    /// As life(), but a real connection, not a refusal that a firewall may have sent.
    bool connected(std::optional<Family> family, std::optional<std::uint16_t> but_port = std::nullopt) const;
    /// Other ports of the endpoint's address.
    std::vector<const Contact*> neighbours(const Endpoint& endpoint) const;
    const Contact* second_try(const Endpoint& endpoint) const;
    /// Whose is the address that sent an ICMP error?
    Place place_of(const IpAddress& sender, const Endpoint& endpoint) const;
    bool is_own(const IpAddress& address) const;
    std::optional<TraceReading> trace(const Endpoint& endpoint) const;
    /// A name server that is not this machine answered.
    bool dns_answers() const;
    /// One that is beyond our own network did.
    bool dns_answers_from_beyond() const;
    /// Is the address on the network that one of our own addresses is on? Or private, and so hardly far.
    bool is_near(const IpAddress& address) const;
    /// Control names were asked for, and DNS gave no answer to any.
    bool control_names_unknown() const;

private:
    template <class Good>
    bool any(std::optional<Family> family, std::optional<std::uint16_t> but_port, Good good) const;

    const Facts* facts_;
    std::vector<Approach> approaches_;
    std::vector<IpAddress> own_;
};

} // namespace smtpprobe
