// SPDX-License-Identifier: Apache-2.0
#include "knowledge/packed.hpp"

namespace smtpprobe {

inline constexpr Row kStatusTable[] = {
#include "knowledge/data/status-0-other.inc"
#include "knowledge/data/status-1-address.inc"
#include "knowledge/data/status-2-mailbox.inc"
#include "knowledge/data/status-3-system.inc"
#include "knowledge/data/status-4-network.inc"
#include "knowledge/data/status-5-protocol.inc"
#include "knowledge/data/status-6-content.inc"
#include "knowledge/data/status-7-authentication.inc"
#include "knowledge/data/status-7-security.inc"
#include "knowledge/data/status-dotted.inc"
#include "knowledge/data/status-family.inc"
#include "knowledge/data/status-microsoft-access.inc"
#include "knowledge/data/status-microsoft-denied.inc"
#include "knowledge/data/status-microsoft.inc"
};

constinit const Shelf kStatusShelf = shelf_of<kStatusTable>();

} // namespace smtpprobe
