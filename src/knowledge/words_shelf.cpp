// SPDX-License-Identifier: Apache-2.0
#include "knowledge/shelf.hpp"

namespace smtpprobe {

static constexpr Row kRows[] = {
#include "knowledge/data/words.inc"
};

constinit const std::span<const Entry> kWordsShelf = Shelf<kRows>::entries;

} // namespace smtpprobe
