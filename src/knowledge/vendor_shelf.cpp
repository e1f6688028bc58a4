// SPDX-License-Identifier: Apache-2.0
#include "knowledge/shelf.hpp"

namespace smtpprobe {

static constexpr Row kRows[] = {
#include "knowledge/data/vendor-apple.inc"
#include "knowledge/data/vendor-asia.inc"
#include "knowledge/data/vendor-brazil.inc"
#include "knowledge/data/vendor-cable.inc"
#include "knowledge/data/vendor-china.inc"
#include "knowledge/data/vendor-europe.inc"
#include "knowledge/data/vendor-exchange-ims.inc"
#include "knowledge/data/vendor-exchange.inc"
#include "knowledge/data/vendor-exim.inc"
#include "knowledge/data/vendor-facebook.inc"
#include "knowledge/data/vendor-filters-content.inc"
#include "knowledge/data/vendor-filters-scan.inc"
#include "knowledge/data/vendor-filters.inc"
#include "knowledge/data/vendor-france.inc"
#include "knowledge/data/vendor-gateways.inc"
#include "knowledge/data/vendor-germany.inc"
#include "knowledge/data/vendor-godaddy.inc"
#include "knowledge/data/vendor-google-sending.inc"
#include "knowledge/data/vendor-google.inc"
#include "knowledge/data/vendor-lists-known.inc"
#include "knowledge/data/vendor-lists-more.inc"
#include "knowledge/data/vendor-lists-spamhaus.inc"
#include "knowledge/data/vendor-localised.inc"
#include "knowledge/data/vendor-messagelabs.inc"
#include "knowledge/data/vendor-microsoft-sending.inc"
#include "knowledge/data/vendor-microsoft.inc"
#include "knowledge/data/vendor-mimecast.inc"
#include "knowledge/data/vendor-orange.inc"
#include "knowledge/data/vendor-postfix-access.inc"
#include "knowledge/data/vendor-postfix-client.inc"
#include "knowledge/data/vendor-postfix-local.inc"
#include "knowledge/data/vendor-postfix-session.inc"
#include "knowledge/data/vendor-qmail.inc"
#include "knowledge/data/vendor-russia.inc"
#include "knowledge/data/vendor-senders.inc"
#include "knowledge/data/vendor-sendmail.inc"
#include "knowledge/data/vendor-servers-mailbox.inc"
#include "knowledge/data/vendor-servers-office.inc"
#include "knowledge/data/vendor-servers.inc"
#include "knowledge/data/vendor-services.inc"
#include "knowledge/data/vendor-yahoo.inc"
};

constinit const std::span<const Entry> kVendorShelf = Shelf<kRows>::entries;

} // namespace smtpprobe
