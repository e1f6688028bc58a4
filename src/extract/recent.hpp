// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace smtpprobe {

/// What is known of the last `most` messages or connections of a log, by their id. The oldest ones are
/// forgotten: a log that only ever opens sessions fills no memory.
template <class Value> class Recent {
public:
    static constexpr std::size_t kLongestKey = 128;

    explicit Recent(std::size_t most) : most_(most) {}

    /// The value of that id, made anew where it is not known.
    Value& at(std::string_view id)
    {
        std::string key(id.substr(0, kLongestKey));
        const auto found = values_.find(key);
        if (found != values_.end())
            return found->second;
        while (order_.size() >= most_) {
            values_.erase(order_.front());
            order_.pop_front();
        }
        order_.push_back(key);
        return values_[std::move(key)];
    }

    /// Nullptr where it is not known.
    Value* find(std::string_view id)
    {
        const auto found = values_.find(std::string(id.substr(0, kLongestKey)));
        return found == values_.end() ? nullptr : &found->second;
    }

    std::size_t size() const { return values_.size(); }

    template <class Visit> void for_each(Visit visit)
    {
        for (const auto& key : order_)
            if (const auto found = values_.find(key); found != values_.end())
                visit(found->second);
    }

private:
    std::size_t most_;
    std::unordered_map<std::string, Value> values_;
    std::deque<std::string> order_;
};

} // namespace smtpprobe
