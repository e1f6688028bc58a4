// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

namespace smtpprobe {

/// A password or token. It has no JSON and no text: only who sends it reads it.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}

    const std::string& reveal() const { return text_; }
    bool empty() const { return text_.empty(); }

    friend bool operator==(const Secret&, const Secret&) = default;

private:
    std::string text_;
};

} // namespace smtpprobe
