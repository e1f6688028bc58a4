// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "base/printable.hpp"
#include "base/timestamp.hpp"
#include "render/exit_status.hpp"
#include "render/json_fields.hpp"
#include "render/phases.hpp"
#include "smtpprobe/capabilities.hpp"
#include "smtpprobe/render.hpp"

namespace smtpprobe {
namespace {

using Json = nlohmann::ordered_json;

/// Fills one object of the report. The other half of each field is in json_read.cpp.
class Writer {
public:
    explicit Writer(Json& object, const TlsFacts* session_tls = nullptr)
        : object_(object), session_tls_(session_tls)
    {
    }

    template <class T> void required(const char* key, const T& value) { object_[key] = json_of(value); }
    template <class T> void field(const char* key, const T& value) { object_[key] = json_of(value); }
    template <class T> void field(const char* key, const std::optional<T>& value)
    {
        if (value)
            object_[key] = json_of(*value);
    }
    template <class T> void sparse(const char* key, const T& value, const T& usual = T{})
    {
        if (value != usual)
            object_[key] = json_of(value);
    }
    template <class T> void field_if(bool condition, const char* key, const T& value)
    {
        if (condition || value != T{})
            object_[key] = json_of(value);
    }

    void reply(const Reply& reply)
    {
        object_["code"] = reply.code();
        if (reply.status())
            object_["status"] = reply.status()->text();
        object_["lines"] = json_of(reply.lines());
    }
    void experiment(const decltype(Experiment::what)& what)
    {
        std::visit([&](const auto& made) { object_[json::kExperimentNames[what.index()]] = json_of(made); },
                   what);
    }
    void secured(const TlsFacts& tls)
    {
        if (session_tls_ == nullptr || tls != *session_tls_)
            object_["tls"] = json_of(tls);
    }

private:
    static Json json_of(const std::string& bytes) { return escaped(bytes); }
    static Json json_of(Duration span) { return static_cast<double>(span.count()) / 1e6; }
    static Json json_of(Instant instant) { return timestamp(instant); }
    static Json json_of(const IpAddress& address);
    static Json json_of(const Session& session);
    static Json json_of(const Event& event, const TlsFacts* session_tls);

    template <class T> static Json json_of(const std::vector<T>& values)
    {
        auto array = Json::array();
        for (const auto& value : values)
            array.push_back(json_of(value));
        return array;
    }
    template <class T> static Json json_of(const T& value)
    {
        if constexpr (std::is_enum_v<T>) {
            return name(value);
        } else if constexpr (std::is_arithmetic_v<T>) {
            return value;
        } else {
            auto object = Json::object();
            Writer writer(object);
            json::fields(writer, value);
            return object;
        }
    }

    Json& object_;
    const TlsFacts* session_tls_;
};

/// An interface by its number: its name means something on one machine only.
Json Writer::json_of(const IpAddress& address)
{
    auto text = address.text();
    text.resize(std::min(text.size(), text.find('%')));
    if (address.interface() != 0)
        text += '%' + std::to_string(address.interface());
    return text;
}

Json Writer::json_of(const Event& event, const TlsFacts* session_tls)
{
    auto object = Json::object();
    object["at"] = json_of(event.at);
    object["event"] = json::kEventNames[event.what.index()];
    Writer writer(object, session_tls);
    std::visit([&](const auto& what) { json::fields(writer, what); }, event.what);
    return object;
}

/// Of the last answer to EHLO or LHLO: after TLS, where there was TLS.
Json capabilities_json(const Transcript& transcript)
{
    Capabilities capabilities;
    for (const auto& event : transcript) {
        const auto* received = std::get_if<Received>(&event.what);
        if (received != nullptr && received->reply.positive() &&
            (received->step == Step::ehlo || received->step == Step::lhlo))
            capabilities = parse_capabilities(received->reply);
    }
    auto array = Json::array();
    for (const auto& capability : capabilities.all) {
        auto parameters = Json::array();
        for (const auto& parameter : capability.parameters)
            parameters.push_back(escaped(parameter));
        array.push_back({{"keyword", escaped(capability.keyword)}, {"parameters", std::move(parameters)}});
    }
    return array;
}

Json phases_json(const Transcript& transcript)
{
    const auto phases = measure_phases(transcript);
    auto object = Json::object();
    for (std::size_t i = 0; i < std::size(Names<Phase>::all); ++i)
        if (const auto span = phases[static_cast<Phase>(i)])
            object[std::string(Names<Phase>::all[i])] = static_cast<double>(span->count()) / 1e6;
    return object;
}

Json Writer::json_of(const Session& session)
{
    const TlsFacts* tls = nullptr;
    for (const auto& event : session.transcript)
        if (const auto* secured = std::get_if<Secured>(&event.what); secured != nullptr && tls == nullptr)
            tls = &secured->tls;

    auto object = Json::object();
    Writer writer(object);
    json::fields(writer, session);
    object["phases"] = phases_json(session.transcript);
    object["tls"] = tls != nullptr ? json_of(*tls) : Json(nullptr);
    object["capabilities"] = capabilities_json(session.transcript);
    auto& transcript = object["transcript"] = Json::array();
    for (const auto& event : session.transcript)
        transcript.push_back(json_of(event, tls));
    return object;
}

// What diagnose() says is safe already; this makes sure of it.
Json safe(const std::string& text) { return printable(text); }

Json safe(const std::vector<std::string>& texts)
{
    auto array = Json::array();
    for (const auto& text : texts)
        array.push_back(safe(text));
    return array;
}

Json step_json(const std::optional<Step>& step) { return step ? Json(name(*step)) : Json(nullptr); }

Json finding_json(const Finding& finding)
{
    auto object = Json::object();
    object["id"] = safe(finding.id);
    object["severity"] = name(finding.severity);
    object["where"] = safe(finding.where);
    object["title"] = safe(finding.title);
    object["seen"] = safe(finding.seen);
    if (!finding.expected.empty())
        object["expected"] = safe(finding.expected);
    object["means"] = safe(finding.means);
    object["who"] = name(finding.who);
    object["retry"] = name(finding.retry);
    object["fix"] = safe(finding.fix);
    object["source"] = safe(finding.source);
    object["confidence"] = name(finding.confidence);
    object["decided_by"] = safe(finding.decided_by);
    object["part_of"] = finding.part_of.empty() ? Json(nullptr) : safe(finding.part_of);
    object["step"] = step_json(finding.step);
    return object;
}

} // namespace

std::string to_json(const Report& report, int indent)
{
    const auto& diagnosis = report.diagnosis;
    auto root = Json::object();
    Writer writer(root);
    root["schema"] = 1;
    json::head_fields(writer, report.facts);

    root["verdict"] = name(diagnosis.verdict);
    root["severity"] = name(diagnosis.outcome);
    root["exit"] = exit_status(report);
    root["who"] = name(diagnosis.who);
    root["failed_step"] = step_json(diagnosis.failed_step);
    root["headline"] = safe(diagnosis.headline);
    root["lead"] = diagnosis.findings.empty() ? Json(nullptr) : safe(diagnosis.findings.front().id);
    auto& findings = root["findings"] = Json::array();
    for (const auto& finding : diagnosis.findings)
        findings.push_back(finding_json(finding));

    json::tail_fields(writer, report.facts);
    return root.dump(indent, ' ', false, Json::error_handler_t::replace);
}

} // namespace smtpprobe
