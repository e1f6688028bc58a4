// SPDX-License-Identifier: Apache-2.0
#include "knowledge/shelf.hpp"

namespace smtpprobe {

static constexpr Row kRows[] = {
#include "knowledge/data/lookup-address.inc"
#include "knowledge/data/lookup-any.inc"
#include "knowledge/data/lookup-mx.inc"
};

constinit const std::span<const Entry> kLookupShelf = Shelf<kRows>::entries;

} // namespace smtpprobe
