// SPDX-License-Identifier: Apache-2.0
#include "arrival/mailbox.hpp"

#include "arrival/imap_mailbox.hpp"
#include "arrival/maildir.hpp"

namespace smtpprobe {

std::unique_ptr<Mailbox> mailbox_at(const ExpectedPlace& place, const MailboxAccess& access,
                                    const std::string& id)
{
    if (!place.maildir.empty())
        return std::make_unique<Maildir>(place.maildir, id);
    return std::make_unique<ImapMailbox>(place, access, id);
}

} // namespace smtpprobe
