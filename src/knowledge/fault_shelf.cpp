// SPDX-License-Identifier: Apache-2.0
#include "knowledge/shelf.hpp"

namespace smtpprobe {

static constexpr Row kRows[] = {
#include "knowledge/data/fault-any.inc"
};

constinit const std::span<const Entry> kFaultShelf = Shelf<kRows>::entries;

} // namespace smtpprobe
