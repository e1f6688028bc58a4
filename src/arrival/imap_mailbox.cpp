// SPDX-License-Identifier: Apache-2.0
#include "arrival/imap_mailbox.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "base/secret_mask.hpp"
#include "extract/received_path.hpp"

namespace smtpprobe {
namespace {

constexpr long kConnectSeconds = 20;
constexpr auto kCommandTime = std::chrono::seconds(60);
/// What a look has at least, though time is up.
constexpr auto kLastLook = std::chrono::seconds(2);
/// More messages of one Message-ID are not looked at.
constexpr std::size_t kMostUids = 50;

struct Receiving {
    std::string text;
    bool full = false;
};

std::size_t receive(char* bytes, std::size_t size, std::size_t count, void* into)
{
    auto& receiving = *static_cast<Receiving*>(into);
    const auto length = size * count;
    const auto room = kMostHeaderOctets - receiving.text.size();
    receiving.text.append(bytes, std::min(length, room));
    receiving.full = length > room;
    return receiving.full ? 0 : length; // less than came: libcurl ends the transfer
}

int on_progress(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
    return *static_cast<const StopFlag*>(stop) ? 1 : 0;
}

std::string percent_encoded(std::string_view text)
{
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto value = static_cast<unsigned char>(c);
        if (is_alnum(c) || c == '-' || c == '.' || c == '_')
            encoded += c;
        else
            (encoded += '%').append({kDigits[value >> 4U], kDigits[value & 15U]});
    }
    return encoded;
}

} // namespace

std::vector<std::uint32_t> uids_in(std::string_view response)
{
    std::vector<std::uint32_t> uids;
    for (auto line : split(response, '\n')) {
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        constexpr std::string_view kSearch = "* SEARCH";
        if (!starts_with_ignoring_case(line, kSearch))
            continue;
        for (const auto word : words_of(line.substr(kSearch.size())))
            if (const auto uid = parse_number<std::uint32_t>(word); uid && uids.size() < kMostUids)
                uids.push_back(*uid);
    }
    return uids;
}

std::optional<std::string> imap_quoted(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) >= 0x7f)
            return std::nullopt;
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

ImapMailbox::ImapMailbox(ExpectedPlace place, MailboxAccess access, std::string id)
    : place_(std::move(place)), access_(std::move(access)), id_(std::move(id))
{
}

ImapMailbox::~ImapMailbox()
{
    if (handle_ != nullptr)
        library_->cleanup(handle_);
}

std::optional<std::string> ImapMailbox::open(const StopFlag& stop)
{
    const auto& library = curl_library();
    if (!library)
        return library.error();
    library_ = &*library;
    handle_ = library_->init();
    if (handle_ == nullptr)
        return "libcurl gives no handle";
    library_->set(handle_, CURLOPT_NOSIGNAL, 1L);
    library_->set(handle_, CURLOPT_ERRORBUFFER, error_);
    library_->set(handle_, CURLOPT_USERNAME, place_.user.c_str());
    library_->set(handle_, CURLOPT_PASSWORD, access_.password.reveal().c_str());
    library_->set(handle_, CURLOPT_USE_SSL,
                  static_cast<long>(access_.insecure ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    library_->set(handle_, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    library_->set(handle_, CURLOPT_WRITEFUNCTION, &receive);
    library_->set(handle_, CURLOPT_NOPROGRESS, 0L);
    library_->set(handle_, CURLOPT_XFERINFOFUNCTION, &on_progress);
    if (!access_.ca_file.empty())
        library_->set(handle_, CURLOPT_CAINFO, access_.ca_file.c_str());
    if (!access_.ca_path.empty())
        library_->set(handle_, CURLOPT_CAPATH, access_.ca_path.c_str());
    until_ = Clock::time_point::max();
    const auto answer = search(stop);
    if (!answer.why_not.empty())
        return answer.why_not;
    for (const auto uid : uids_in(answer.text))
        known_.insert(uid);
    return std::nullopt;
}

Mailbox::Look ImapMailbox::look(const StopFlag& stop, Clock::time_point until)
{
    until_ = std::max(until, Clock::now() + kLastLook);
    // A server may tell of new messages only at the end of a command.
    if (auto answer = ask(stop, {}, "NOOP"); !answer.why_not.empty())
        return {std::nullopt, answer.why_not};
    const auto answer = search(stop);
    if (!answer.why_not.empty())
        return {std::nullopt, answer.why_not};
    for (const auto uid : uids_in(answer.text)) {
        if (known_.contains(uid))
            continue;
        const auto number = std::to_string(uid);
        // libcurl fetches so that the server takes the message for read.
        const bool unseen = is_unseen(stop, number);
        auto header = ask(stop, ";UID=" + number + ";SECTION=HEADER", {});
        if (!header.why_not.empty())
            return {std::nullopt, header.why_not};
        if (unseen)
            ask(stop, {}, "UID STORE " + number + " -FLAGS.SILENT (\\Seen)");
        if (message_id_of(header.text) == id_)
            return {std::move(header.text), {}};
        known_.insert(uid); // a server may search for a part of what was asked
    }
    return {};
}

ImapMailbox::Answer ImapMailbox::search(const StopFlag& stop)
{
    const auto id = imap_quoted(id_);
    if (!id)
        return {{}, "the Message-ID has characters that IMAP cannot search for"};
    return ask(stop, {}, "UID SEARCH HEADER Message-ID " + *id);
}

bool ImapMailbox::is_unseen(const StopFlag& stop, const std::string& number)
{
    const auto answer = ask(stop, {}, "UID SEARCH UNSEEN UID " + number);
    return answer.why_not.empty() && !uids_in(answer.text).empty();
}

ImapMailbox::Answer ImapMailbox::ask(const StopFlag& stop, const std::string& what,
                                     const std::string& command)
{
    const auto url = std::string(place_.implicit_tls ? "imaps://" : "imap://") + place_.host + ':' +
                     std::to_string(place_.port) + '/' + percent_encoded(place_.folder) + what;
    Receiving receiving;
    library_->set(handle_, CURLOPT_URL, url.c_str());
    library_->set(handle_, CURLOPT_CUSTOMREQUEST, command.empty() ? nullptr : command.c_str());
    library_->set(handle_, CURLOPT_WRITEDATA, &receiving);
    library_->set(handle_, CURLOPT_XFERINFODATA, &stop);
    // At least a millisecond: zero is no limit.
    const auto left =
        std::clamp<Clock::duration>(until_ - Clock::now(), std::chrono::milliseconds(1), kCommandTime);
    library_->set(handle_, CURLOPT_TIMEOUT_MS,
                  static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(left).count()));
    error_[0] = '\0';
    const auto code = library_->perform(handle_);
    if (code == CURLE_OK || receiving.full)
        return {std::move(receiving.text), {}};
    return {{}, failure_words(code)};
}

std::string ImapMailbox::failure_words(CURLcode code) const
{
    const auto server = printable(place_.host, 200) + ':' + std::to_string(place_.port);
    SecretMask mask;
    mask.hide(access_.password.reveal());
    const auto detail = printable(mask.masked(error_[0] != '\0' ? error_ : library_->words(code)), 200);
    switch (static_cast<int>(code)) {
    case CURLE_LOGIN_DENIED: return server + " refuses the login of " + printable(place_.user, 100);
    case CURLE_USE_SSL_FAILED:
        return server +
               " offers no TLS, and a password is not sent in clear; --expect-insecure does it all the same";
    case CURLE_REMOTE_FILE_NOT_FOUND:
    case CURLE_QUOTE_ERROR:
        return server + ": " + printable(place_.folder, 100) + " cannot be read: " + detail;
    default: return server + ": " + detail;
    }
}

} // namespace smtpprobe
