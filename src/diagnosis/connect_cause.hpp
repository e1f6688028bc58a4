// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "diagnosis/connect_picture.hpp"
#include "smtpprobe/finding.hpp"

namespace smtpprobe {

/// Why an endpoint does not connect.
struct ConnectCause {
    std::string_view id; ///< of the catalogue; empty where nothing is known beyond the symptom
    Confidence confidence = Confidence::likely;
    std::string decided_by;        ///< the experiments that decided
    std::optional<Actor> who = {}; ///< where it is somebody else than the catalogue says
    bool about_us = false;         ///< not of one endpoint: of this machine, its network or its provider
};

/// The approach must have failed.
ConnectCause cause_of(const Approach& approach, const ConnectPicture& picture);

} // namespace smtpprobe
