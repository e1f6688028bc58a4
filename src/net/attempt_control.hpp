// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "smtpprobe/fault.hpp"

namespace smtpprobe {

/// A handle to end a contact or a trace from outside. Harmless when that has ended; before it began,
/// it ends at its first step.
class AttemptControl {
public:
    /// Deadline or cancelled.
    void cancel(FaultKind why)
    {
        if (!asked_)
            asked_ = why;
        if (cancel_)
            cancel_(why);
    }

    /// For the attempt itself: how it is ended. Called at once where that was asked for already.
    void on_cancel(std::function<void(FaultKind)> cancel)
    {
        cancel_ = std::move(cancel);
        if (cancel_ && asked_)
            cancel_(*asked_);
    }

private:
    std::function<void(FaultKind)> cancel_;
    std::optional<FaultKind> asked_;
};

} // namespace smtpprobe
