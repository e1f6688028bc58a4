// SPDX-License-Identifier: Apache-2.0
#include "knowledge/packed.hpp"

namespace smtpprobe {

inline constexpr Row kCodeTable[] = {
#include "knowledge/data/code-any.inc"
#include "knowledge/data/code-class.inc"
#include "knowledge/data/code-folklore.inc"
#include "knowledge/data/code-greeting.inc"
#include "knowledge/data/code-hello.inc"
#include "knowledge/data/code-mail.inc"
#include "knowledge/data/code-message.inc"
#include "knowledge/data/code-rcpt.inc"
#include "knowledge/data/code-tls-auth.inc"
};

constinit const Shelf kCodeShelf = shelf_of<kCodeTable>();

} // namespace smtpprobe
