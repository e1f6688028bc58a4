// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace smtpprobe::json {

/// Where in the document we are; its text is made only when something is wrong.
struct Path {
    const Path* parent = nullptr;
    const char* key = nullptr; ///< or null: an element of an array
    std::size_t index = 0;

    std::string text() const
    {
        const std::string before = parent != nullptr ? parent->text() : "";
        if (key == nullptr)
            return parent != nullptr ? before + '[' + std::to_string(index) + ']' : before;
        return before.empty() ? key : before + '.' + key;
    }
};

/// Keeps the first complaint. Reading goes on after it, to no effect.
class Complaint {
public:
    void at(const Path& path, const std::string& what)
    {
        if (text_.empty())
            text_ = path.text() + ": " + what;
    }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

} // namespace smtpprobe::json
