// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "diagnosis/connect_picture.hpp"

namespace smtpprobe {

/// One endpoint that does not connect, and what the experiments say of it and of others.
class ConnectCase {
public:
    ConnectCase(const Approach& approach, const ConnectPicture& picture);

    const Approach& approach() const { return approach_; }
    const Fault& fault() const { return *approach_.fault; }
    const Endpoint& endpoint() const { return approach_.endpoint(); }
    const ConnectPicture& picture() const { return picture_; }
    Family family() const { return endpoint().address.family(); }
    std::uint16_t port() const { return endpoint().port; }
    /// Controls on the same port over the same family.
    const Tally& controls() const { return controls_; }
    const std::optional<TraceReading>& trace() const { return trace_; }

    IcmpWord said() const;
    /// Whose router or firewall sent the ICMP error.
    Place place_of_sender() const;
    Place place_of_end() const { return trace_ ? trace_->place : Place::unknown; }
    /// Somebody else answers on this port, so it is not blocked for us.
    bool others_work() const { return picture_.port_works(port(), family()); }
    /// Controls on this port are all dead, and something else works from here.
    bool blocked_here() const;
    bool neighbours_asked() const { return !picture_.neighbours(endpoint()).empty(); }
    bool neighbours_open() const { return port_that(Reach::open) != 0; }
    /// The host answers on another port, if only by a refusal.
    bool host_alive() const;
    /// Refused here and at every control within that time, where connections to others take much longer?
    bool refused_nearby(Duration within) const;
    /// Of the host's other ports, does something nearer than it answer? The SYNs to this port get further.
    bool answers_before_the_host() const;
    /// Does no control answer on submission's port either, and something on that of the web?
    bool only_web_works() const;
    /// How many networks of this family are dead, that have nothing to do with each other.
    int unrelated_sites_dead() const;

    // The same in words, for what decided.

    std::string controls_text() const;
    std::string all_controls_text() const;
    std::string others_text(std::string first) const;
    std::string said_text() const;
    std::string open_text() const;
    std::string alive_text() const;

private:
    std::uint16_t port_that(Reach reach) const;

    const Approach& approach_;
    const ConnectPicture& picture_;
    Tally controls_;
    std::optional<TraceReading> trace_;
};

} // namespace smtpprobe
