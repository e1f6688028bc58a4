// SPDX-License-Identifier: Apache-2.0
#include "knowledge/packed.hpp"

namespace smtpprobe {

inline constexpr Row kObservedTable[] = {
#include "knowledge/data/check.inc"
#include "knowledge/data/observed-auth.inc"
#include "knowledge/data/observed-connect.inc"
#include "knowledge/data/observed-dmarc.inc"
#include "knowledge/data/observed-dns.inc"
#include "knowledge/data/observed-envelope.inc"
#include "knowledge/data/observed-hygiene.inc"
#include "knowledge/data/observed-message.inc"
#include "knowledge/data/observed-middlebox.inc"
#include "knowledge/data/observed-no-route.inc"
#include "knowledge/data/observed-own.inc"
#include "knowledge/data/observed-policy.inc"
#include "knowledge/data/observed-protocol.inc"
#include "knowledge/data/observed-refusal.inc"
#include "knowledge/data/observed-resolver.inc"
#include "knowledge/data/observed-route.inc"
#include "knowledge/data/observed-session.inc"
#include "knowledge/data/observed-tls.inc"
};

constinit const Shelf kObservedShelf = shelf_of<kObservedTable>();

} // namespace smtpprobe
