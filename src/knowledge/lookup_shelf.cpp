// SPDX-License-Identifier: Apache-2.0
#include "knowledge/packed.hpp"

namespace smtpprobe {

inline constexpr Row kLookupTable[] = {
#include "knowledge/data/lookup-address.inc"
#include "knowledge/data/lookup-any.inc"
#include "knowledge/data/lookup-mx.inc"
};

constinit const Shelf kLookupShelf = shelf_of<kLookupTable>();

} // namespace smtpprobe
