// SPDX-License-Identifier: Apache-2.0
#include "knowledge/packed.hpp"

namespace smtpprobe {

inline constexpr Row kFaultTable[] = {
#include "knowledge/data/fault-any.inc"
#include "knowledge/data/fault-connect.inc"
#include "knowledge/data/fault-proxy.inc"
#include "knowledge/data/fault-session.inc"
#include "knowledge/data/fault-tls.inc"
};

constinit const Shelf kFaultShelf = shelf_of<kFaultTable>();

} // namespace smtpprobe
