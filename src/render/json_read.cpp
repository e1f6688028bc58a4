// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/printable.hpp"
#include "base/timestamp.hpp"
#include "render/json_fields.hpp"
#include "render/json_path.hpp"
#include "smtpprobe/render.hpp"

namespace smtpprobe {
namespace {

// Not the ordered kind: that one searches an object's keys one by one, and a report comes from anyone.
using Json = nlohmann::json;
using json::Complaint;
using json::Path;

/// Levels of brackets; a report has nine.
constexpr int kMaxDepth = 64;
/// Some 30 years: no report spans more, and no sum of such times overflows.
constexpr double kMaxSeconds = 1e9;

/// Reads the fields of one object. The other half of each is in json_write.cpp.
class Reader {
public:
    Reader(const Json& object, const Path& path, Complaint& complaint, const TlsFacts* session_tls = nullptr)
        : object_(object), path_(path), complaint_(complaint), session_tls_(session_tls)
    {
        if (!object.is_object())
            complaint.at(path, "must be an object");
    }

    template <class T> void required(const char* key, T& value)
    {
        const Path path{&path_, key};
        if (const auto* json = find(key))
            read(*json, path, value);
        else
            complaint_.at(path, "is missing");
    }
    template <class T> void field(const char* key, T& value)
    {
        if (const auto* json = find(key))
            read(*json, Path{&path_, key}, value);
    }
    template <class T> void field(const char* key, std::optional<T>& value)
    {
        if (const auto* json = find(key))
            read(*json, Path{&path_, key}, value.emplace());
    }
    template <class T> void sparse(const char* key, T& value, const T& = T{}) { field(key, value); }
    template <class T> void field_if(bool, const char* key, T& value) { field(key, value); }

    void reply(Reply& reply)
    {
        int code = 0;
        std::vector<std::string> lines;
        required("code", code);
        required("lines", lines);
        if (auto made = Reply::make(code, std::move(lines)))
            reply = std::move(*made);
        else
            complaint_.at(path_, "code and lines are no SMTP reply");
    }
    void experiment(decltype(Experiment::what)& what)
    {
        const bool known = [&]<std::size_t... I>(std::index_sequence<I...>) {
            return (read_result<I>(what) || ...);
        }(std::make_index_sequence<std::size(json::kExperimentNames)>());
        if (!known)
            complaint_.at(path_, "must hold one of: contact, trace, lookup, session, policy");
    }
    void secured(TlsFacts& tls)
    {
        if (find("tls") != nullptr)
            field("tls", tls);
        else if (session_tls_ != nullptr)
            tls = *session_tls_;
    }

    /// What is there and not null.
    const Json* find(const char* key) const
    {
        if (!object_.is_object())
            return nullptr;
        const auto found = object_.find(key);
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    }

private:
    void read(const Json& json, const Path& path, bool& value);
    void read(const Json& json, const Path& path, std::string& bytes);
    void read(const Json& json, const Path& path, Duration& span);
    void read(const Json& json, const Path& path, Instant& instant);
    void read(const Json& json, const Path& path, IpAddress& address);
    void read(const Json& json, const Path& path, Session& session);
    void read_event(const Json& json, const Path& path, const TlsFacts* session_tls, Event& event);
    template <std::size_t I> bool read_result(decltype(Experiment::what)& what)
    {
        const char* key = json::kExperimentNames[I].data();
        if (find(key) == nullptr)
            return false;
        required(key, what.emplace<I>());
        return true;
    }
    template <std::size_t I> bool read_alternative(std::size_t index, Reader& reader, Event& event);

    template <class T> void read(const Json& json, const Path& path, std::vector<T>& values)
    {
        if (!json.is_array())
            return complaint_.at(path, "must be an array");
        values.clear();
        for (std::size_t i = 0; i < json.size(); ++i)
            read(json[i], Path{&path, nullptr, i}, values.emplace_back());
    }

    template <class T> void read(const Json& json, const Path& path, T& value)
    {
        if constexpr (std::is_enum_v<T>) {
            const auto found =
                json.is_string() ? from_name<T>(json.get_ref<const std::string&>()) : std::nullopt;
            if (found)
                value = *found;
            else
                complaint_.at(path, "must be one of: " + all_names<T>());
        } else if constexpr (std::is_integral_v<T>) {
            read_integer(json, path, value);
        } else {
            Reader reader(json, path, complaint_);
            json::fields(reader, value);
        }
    }

    template <class T> void read_integer(const Json& json, const Path& path, T& value)
    {
        using Limits = std::numeric_limits<T>;
        if (json.is_number_integer()) {
            const bool too_big = json.is_number_unsigned() &&
                                 json.get<std::uint64_t>() > static_cast<std::uint64_t>(Limits::max());
            const auto number = json.get<std::int64_t>();
            if (!too_big && number >= static_cast<std::int64_t>(Limits::min())) {
                value = static_cast<T>(number);
                return;
            }
        }
        complaint_.at(path, "must be a whole number from " + std::to_string(Limits::min()) + " to " +
                                std::to_string(Limits::max()));
    }

    template <class Enum> static std::string all_names()
    {
        std::string list;
        for (const auto one : Names<Enum>::all) {
            list += list.empty() ? "" : ", ";
            list += one;
        }
        return list;
    }

    const Json& object_;
    const Path& path_;
    Complaint& complaint_;
    const TlsFacts* session_tls_;
};

void Reader::read(const Json& json, const Path& path, bool& value)
{
    if (json.is_boolean())
        value = json.get<bool>();
    else
        complaint_.at(path, "must be true or false");
}

void Reader::read(const Json& json, const Path& path, std::string& bytes)
{
    if (!json.is_string())
        return complaint_.at(path, "must be text");
    if (auto read = unescaped(json.get_ref<const std::string&>()))
        bytes = std::move(*read);
    else
        complaint_.at(path, "a backslash must be followed by another one, or by x and two hex digits");
}

void Reader::read(const Json& json, const Path& path, Duration& span)
{
    const double seconds = json.is_number() ? json.get<double>() : -1;
    if (seconds >= 0 && seconds <= kMaxSeconds)
        span = std::chrono::round<Duration>(std::chrono::duration<double>(seconds));
    else
        complaint_.at(path, "must be a number of seconds, at least 0");
}

void Reader::read(const Json& json, const Path& path, Instant& instant)
{
    const auto read = json.is_string() ? parse_timestamp(json.get_ref<const std::string&>()) : std::nullopt;
    if (read)
        instant = *read;
    else
        complaint_.at(path, "must be a time in UTC such as 2026-01-02T03:04:05Z");
}

void Reader::read(const Json& json, const Path& path, IpAddress& address)
{
    const auto read = json.is_string() ? IpAddress::parse(json.get_ref<const std::string&>()) : std::nullopt;
    if (read)
        address = *read;
    else
        complaint_.at(path, "must be an IP address");
}

template <std::size_t I> bool Reader::read_alternative(std::size_t index, Reader& reader, Event& event)
{
    if (index != I)
        return false;
    using What = std::variant_alternative_t<I, decltype(event.what)>;
    if constexpr (std::is_same_v<What, Received>) {
        // A Reply cannot be empty; this one is replaced, or the report is refused.
        event.what = Received{Step{}, *Reply::make(250, {""}), {}, {}};
    } else {
        event.what.emplace<I>();
    }
    json::fields(reader, std::get<I>(event.what));
    return true;
}

void Reader::read_event(const Json& json, const Path& path, const TlsFacts* session_tls, Event& event)
{
    Reader reader(json, path, complaint_, session_tls);
    reader.required("at", event.at);
    const Path kind_path{&path, "event"};
    const auto* kind = reader.find("event");
    std::size_t index = 0;
    while (kind != nullptr && index < std::size(json::kEventNames) && *kind != json::kEventNames[index])
        ++index;
    const bool known = kind != nullptr && [&]<std::size_t... I>(std::index_sequence<I...>) {
        return (read_alternative<I>(index, reader, event) || ...);
    }(std::make_index_sequence<std::size(json::kEventNames)>());
    if (!known)
        complaint_.at(kind_path, "must be one of: connected, sent, received, secured, skipped, broken");
}

void Reader::read(const Json& json, const Path& path, Session& session)
{
    Reader reader(json, path, complaint_);
    json::fields(reader, session);
    std::optional<TlsFacts> tls;
    reader.field("tls", tls);

    const Path transcript_path{&path, "transcript"};
    const auto* transcript = reader.find("transcript");
    if (transcript == nullptr)
        return;
    if (!transcript->is_array())
        return complaint_.at(transcript_path, "must be an array");
    for (std::size_t i = 0; i < transcript->size(); ++i)
        read_event((*transcript)[i], Path{&transcript_path, nullptr, i}, tls ? &*tls : nullptr,
                   session.transcript.emplace_back());
}

/// How deep brackets nest, without reading anything else.
int depth_of(std::string_view json)
{
    int depth = 0, deepest = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (quoted && c == '\\')
            ++i;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '[' || c == '{'))
            deepest = std::max(deepest, ++depth);
        else if (!quoted && (c == ']' || c == '}'))
            --depth;
    }
    return deepest;
}

} // namespace

Expected<Facts, std::string> from_json(std::string_view text)
{
    using Error = Unexpected<std::string>;
    if (depth_of(text) > kMaxDepth)
        return Error("not a report: brackets nest deeper than " + std::to_string(kMaxDepth));
    Json root;
    try {
        root = Json::parse(text);
    } catch (const Json::exception& error) {
        const auto* syntax = dynamic_cast<const Json::parse_error*>(&error);
        return Error("not JSON" +
                     (syntax != nullptr ? ": wrong at byte " + std::to_string(syntax->byte) : ""));
    }
    if (!root.is_object() || !root.contains("schema"))
        return Error("not a report of smtpprobe: no \"schema\" in it");
    if (root["schema"] != 1)
        return Error("schema: must be 1: this report was written by another version of smtpprobe");

    Complaint complaint;
    const Path path;
    Reader reader(root, path, complaint);
    Facts facts;
    json::head_fields(reader, facts);
    json::tail_fields(reader, facts);
    if (!complaint.text().empty())
        return Error(complaint.text());
    return facts;
}

} // namespace smtpprobe
