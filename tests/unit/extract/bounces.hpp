// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/bounce.hpp"

namespace bounces {

using smtpprobe::Bounce;
using smtpprobe::Mention;
using smtpprobe::MessagePart;

inline MessagePart part(std::string type, std::string text)
{
    MessagePart made;
    made.type = std::move(type);
    made.text = std::move(text);
    return made;
}

inline void add_header(MessagePart& message, std::string name, std::string value)
{
    std::string raw = " " + value;
    message.headers.push_back({std::move(name), std::move(value), std::move(raw)});
}

/// A bounce of one text, with the header that a mail server gives it.
inline MessagePart text_bounce(std::string text, std::string subject = "Undelivered mail")
{
    MessagePart message = part("text/plain", std::move(text));
    add_header(message, "Return-Path", "<>");
    add_header(message, "From", "Mail Delivery Subsystem <MAILER-DAEMON@mail.example.org>");
    add_header(message, "To", "ann@example.org");
    add_header(message, "Subject", std::move(subject));
    return message;
}

/// A report of RFC 3464: the text for people, the status, and the header of what came back.
inline MessagePart status_report(std::string text, std::string status)
{
    MessagePart message = text_bounce({}, "Delivery Status Notification (Failure)");
    message.type = "multipart/report";
    message.children.push_back(part("text/plain", std::move(text)));
    message.children.push_back(part("message/delivery-status", std::move(status)));
    message.children.push_back(
        part("text/rfc822-headers", "From: ann@example.org\nTo: someone@example.com\n"));
    return message;
}

/// The only mention of a bounce; an empty one where there is none or more, so that a test says so.
inline Mention only(const Bounce& bounce)
{
    return bounce.mentions.size() == 1 ? bounce.mentions.front() : Mention{};
}

inline Mention only(const MessagePart& message) { return only(read_bounce(message)); }

inline Mention only_of_text(std::string text) { return only(text_bounce(std::move(text))); }

} // namespace bounces
