// SPDX-License-Identifier: Apache-2.0
#include "extract/bounce_view.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "extract/addresses.hpp"
#include "extract/html_text.hpp"
#include "extract/returned_message.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostLines = 5000;
constexpr std::size_t kMostLineBytes = 4096;
constexpr std::size_t kMostStatusParts = 20;

void add_lines(std::vector<std::string>& lines, std::string_view text)
{
    for (const std::string_view line : split(text, '\n')) {
        if (lines.size() >= kMostLines)
            return;
        std::string_view kept = line.substr(0, kMostLineBytes);
        while (!kept.empty() && (kept.back() == '\r' || kept.back() == ' ' || kept.back() == '\t'))
            kept.remove_suffix(1);
        std::string clean(kept);
        // A blank that mail programs put in for layout.
        for (std::size_t at = clean.find("\xc2\xa0"); at != std::string::npos;
             at = clean.find("\xc2\xa0", at))
            clean.replace(at, 2, " ");
        lines.push_back(std::move(clean));
    }
}

/// The lines of a forwarded message, freed of the marks that the forwarder put before each.
void unquote(std::vector<std::string>& lines)
{
    const auto filled = [](const std::string& line) { return !line.empty(); };
    const auto quoted = [](const std::string& line) { return line.starts_with('>'); };
    const auto all = std::count_if(lines.begin(), lines.end(), filled);
    if (std::count_if(lines.begin(), lines.end(), quoted) * 2 <= all)
        return;
    for (std::string& line : lines)
        if (quoted(line))
            line.erase(0, line.starts_with("> ") ? 2 : 1);
}

bool is_returned(const MessagePart& part)
{
    return part.type == "message/rfc822" || part.type == "message/global" ||
           part.type == "text/rfc822-headers" || part.type == "message/global-headers" ||
           part.type == "message/rfc822-headers";
}

class Laying {
public:
    explicit Laying(BounceView& view) : view_(view) {}

    void visit(const MessagePart& part)
    {
        if (is_returned(part)) {
            view_.has_returned = true;
            if (returned_ == nullptr)
                returned_ = &part;
        } else if (part.type == "message/delivery-status" || part.type == "message/global-delivery-status") {
            if (view_.status_parts.size() < kMostStatusParts)
                view_.status_parts.push_back(status_text(part));
        } else if (part.type == "text/html") {
            html_ += html_.size() < 200'000 ? html_text(part.text) : std::string();
        } else if (!part.children.empty()) {
            for (const MessagePart& child : part.children)
                visit(child);
        } else {
            // A multipart without a single part: its boundary never came, and all of it is text.
            text_ += part.text;
            text_ += '\n';
        }
    }

    void finish()
    {
        const bool html_alone = text_.find_first_not_of(" \t\r\n") == std::string::npos;
        add_lines(view_.report, html_alone ? html_ : text_);
        unquote(view_.report);
        const std::size_t cut = begin_of_returned(view_.report);
        if (cut < view_.report.size()) {
            std::vector<std::string> rest(view_.report.begin() + static_cast<std::ptrdiff_t>(cut),
                                          view_.report.end());
            view_.has_returned = true;
            // A report below the message that it returns: rare, and then the cut leaves nothing.
            if (std::any_of(view_.report.begin(), view_.report.begin() + static_cast<std::ptrdiff_t>(cut),
                            [](const std::string& line) { return !line.empty(); }))
                view_.report.resize(cut);
            view_.returned_to = recipients_of_header(rest);
        }
        if (returned_ != nullptr)
            read_returned(*returned_);
    }

private:
    /// Some parsers take the fields of the part for a message's header.
    static std::string status_text(const MessagePart& part)
    {
        std::string text = part.text;
        for (const MessagePart& child : part.children) {
            for (const MessageHeader& header : child.headers)
                text += header.name + ":" + header.raw + "\n";
            text += "\n" + child.text + "\n";
        }
        return text;
    }

    void read_returned(const MessagePart& part)
    {
        std::vector<std::string> lines;
        if (part.children.empty())
            add_lines(lines, part.text);
        else
            for (const MessageHeader& header : part.children.front().headers)
                lines.push_back(header.name + ": " + header.value);
        for (std::string& address : recipients_of_header(lines))
            if (std::find(view_.returned_to.begin(), view_.returned_to.end(), address) ==
                view_.returned_to.end())
                view_.returned_to.push_back(std::move(address));
    }

    BounceView& view_;
    std::string text_;
    std::string html_;
    const MessagePart* returned_ = nullptr;
};

} // namespace

BounceView view_of(const MessagePart& message)
{
    BounceView view;
    view.root = &message;
    Laying laying(view);
    laying.visit(message);
    laying.finish();
    for (const MessageHeader& header : message.headers)
        if (equal_ignoring_case(header.name, "X-Failed-Recipients"))
            for (const FoundAddress& found : addresses_in(header.value))
                view.failed.push_back(found.address);
    const auto to = addresses_in(message.header("To"));
    if (!to.empty())
        view.sender = to.front().address;
    return view;
}

bool has_part(const MessagePart& message, std::string_view type)
{
    if (message.type == type)
        return true;
    if (message.type == "message/rfc822")
        return false;
    return std::any_of(message.children.begin(), message.children.end(),
                       [&](const MessagePart& child) { return has_part(child, type); });
}

} // namespace smtpprobe
