// SPDX-License-Identifier: Apache-2.0
#include "knowledge/shelf.hpp"

namespace smtpprobe {

static constexpr Row kRows[] = {
#include "knowledge/data/vendor-exchange-ims.inc"
#include "knowledge/data/vendor-microsoft.inc"
};

constinit const std::span<const Entry> kVendorShelf = Shelf<kRows>::entries;

} // namespace smtpprobe
