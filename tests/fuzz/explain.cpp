// SPDX-License-Identifier: Apache-2.0
// Any line is explained, and what is read from it holds together.
#include "smtpprobe/explain.hpp"
#include "property.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtpprobe;
    const ReplyEvidence evidence = ReplyEvidence::parse(as_text(data, size));
    require(evidence.code == 0 || (evidence.code >= 200 && evidence.code <= 599), "a code is one");
    // What lists of codes print stands for a family, and is no status that a server sends.
    const bool listed = evidence.status && (evidence.status->status_class == 3 ||
                                            evidence.status->detail == EnhancedStatus::kAny);
    if (evidence.status && !listed)
        require(EnhancedStatus::parse(evidence.status->text()) == evidence.status, "a status is one");
    const Explained explained = explain(evidence);
    require(explained.entry != nullptr && !explained.entry->id.empty(), "there is always an answer");
    require(find_explanation(explained.entry->id) == explained.entry, "an id names one entry");
    const Explained again = explain(evidence);
    require(again.entry == explained.entry && again.decided_by == explained.decided_by,
            "the same evidence has the same answer");
    return 0;
}
