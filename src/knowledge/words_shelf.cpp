// SPDX-License-Identifier: Apache-2.0
#include "knowledge/shelf.hpp"

namespace smtpprobe {
constinit const std::span<const Entry> kWordsShelf = {};
} // namespace smtpprobe
