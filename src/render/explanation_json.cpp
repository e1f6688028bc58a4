// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "base/printable.hpp"
#include "knowledge/remarks.hpp"
#include "render/explanation.hpp"

namespace smtpprobe {
namespace {

using Json = nlohmann::ordered_json;

Json array_of(std::span<const std::string_view> texts)
{
    auto array = Json::array();
    for (const auto text : texts)
        array.push_back(text);
    return array;
}

void put_answers(Json& object, const Explanation& entry)
{
    object["class"] = name(entry.kind);
    object["who"] = name(entry.who);
    object["retry"] = name(entry.retry);
}

void put_texts(Json& object, const Explanation& entry)
{
    object["entry"] = entry.id;
    object["title"] = entry.title;
    object["meaning"] = entry.means;
    object["cause"] = entry.cause;
    object["fix"] = array_of(entry.fix);
    object["source"] = array_of(entry.source);
    object["vendor"] = entry.vendor;
}

} // namespace

std::string entry_json(const Explanation& entry)
{
    auto object = Json::object();
    put_answers(object, entry);
    put_texts(object, entry);
    object["example"] = entry.example;
    return object.dump() + '\n';
}

std::string explanation_json(const Mention& mention, const Explained& explained)
{
    const Explanation& entry = *explained.entry;
    const ReplyEvidence& evidence = mention.evidence;
    auto object = Json::object();
    if (mention.line != 0)
        object["line"] = mention.line;
    put_answers(object, entry);
    object["confidence"] = name(explained.confidence);
    object["decided_by"] = name(explained.decided_by);
    put_texts(object, entry);
    auto remarks = Json::array();
    for (const Remark remark : remarks_on(evidence, explained))
        remarks.push_back(name(remark));
    object["remarks"] = std::move(remarks);
    object["step"] = evidence.step ? Json(name(*evidence.step)) : Json(nullptr);
    object["code"] = evidence.code != 0 ? Json(evidence.code) : Json(nullptr);
    object["status"] = EnhancedStatus::parse(mention.status) ? mention.status
                       : evidence.status                     ? evidence.status->text()
                                                             : std::string();
    object["recipient"] = escaped(mention.recipient);
    object["sender"] = escaped(mention.sender);
    object["host"] = escaped(mention.host);
    object["client"] = escaped(mention.client);
    object["action"] = name(mention.action);
    object["when"] = escaped(mention.when);
    object["text"] = escaped(mention.text);
    return object.dump() + '\n';
}

std::string verb_json(const Verb& verb)
{
    auto object = Json::object();
    object["verb"] = verb.name;
    object["syntax"] = verb.syntax;
    object["does"] = verb.does;
    object["standing"] = name(verb.standing);
    auto replies = Json::array();
    for (const VerbReply& reply : verb.replies)
        replies.push_back({{"code", reply.code}, {"means", reply.means}});
    object["replies"] = std::move(replies);
    object["by_hand"] = array_of(verb.by_hand);
    object["source"] = array_of(verb.source);
    return object.dump() + '\n';
}

std::string standing_json(std::string_view recipient, std::string_view standing, std::string_view words,
                          std::string_view report)
{
    const Json object = {
        {"recipient", escaped(recipient)}, {"standing", standing}, {"words", escaped(words)}};
    std::string text = object.dump();
    text.pop_back();
    text += ",\"report\":";
    text += report;
    return text + "}\n";
}

} // namespace smtpprobe
