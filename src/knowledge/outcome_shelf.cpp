// SPDX-License-Identifier: Apache-2.0
#include "knowledge/packed.hpp"

namespace smtpprobe {

inline constexpr Row kOutcomeTable[] = {
#include "knowledge/data/outcome.inc"
};

constinit const Shelf kOutcomeShelf = shelf_of<kOutcomeTable>();

} // namespace smtpprobe
