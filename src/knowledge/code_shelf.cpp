// SPDX-License-Identifier: Apache-2.0
#include "knowledge/shelf.hpp"

namespace smtpprobe {

static constexpr Row kRows[] = {
#include "knowledge/data/code-class.inc"
};

constinit const std::span<const Entry> kCodeShelf = Shelf<kRows>::entries;

} // namespace smtpprobe
