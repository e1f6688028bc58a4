// SPDX-License-Identifier: Apache-2.0
#include "knowledge/packed.hpp"

namespace smtpprobe {

inline constexpr Row kWordsTable[] = {
#include "knowledge/data/words-content.inc"
#include "knowledge/data/words-domain.inc"
#include "knowledge/data/words-host.inc"
#include "knowledge/data/words-lists.inc"
#include "knowledge/data/words-localised.inc"
#include "knowledge/data/words-login.inc"
#include "knowledge/data/words-mailbox.inc"
#include "knowledge/data/words-network.inc"
#include "knowledge/data/words-origin.inc"
#include "knowledge/data/words-pace.inc"
#include "knowledge/data/words-policy.inc"
#include "knowledge/data/words-protocol.inc"
#include "knowledge/data/words-recipient.inc"
#include "knowledge/data/words-sender.inc"
#include "knowledge/data/words-system.inc"
};

constinit const Shelf kWordsShelf = shelf_of<kWordsTable>();

} // namespace smtpprobe
