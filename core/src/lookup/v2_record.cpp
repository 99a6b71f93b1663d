#include "lookup/json.hpp"
#include "lookup/record.hpp"

namespace bonin {
namespace {

Status status_of(std::string_view text) noexcept {
  if (text == "READY") return Status::ready;
  if (text == "VERIFIED") return Status::verified;
  if (text == "FAILED") return Status::failed;
  return Status::unknown;
}

ChannelType channel_type_by_name(std::string_view text) noexcept {
  if (text == "LIVE") return ChannelType::live;
  if (text == "TEST") return ChannelType::test;
  return ChannelType::unknown;
}

Result<dom::object> object_of(dom::element element, const char* what) {
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) return unreadable(std::string(what) + " is not a JSON object");
  return object;
}

std::optional<dom::object> object_member(dom::object parent, std::string_view name) {
  const auto found = member(parent, name);
  dom::object object;
  if (!found || found->get(object) != simdjson::SUCCESS) return std::nullopt;
  return object;
}

void read_person(Person& person, const std::string& provider, dom::object customer, const Attests& attests) {
  const auto trust = [&](AttributeName attribute) { return attestation_of(provider, attribute, attests); };
  person.name = text_attribute(customer, "name", trust(AttributeName::name));
  person.birth_date = date_attribute(customer, "birthDate", trust(AttributeName::birth_date));
  person.gender = gender_attribute(customer, "gender", trust(AttributeName::gender));
  person.foreigner = flag_attribute(customer, "isForeigner", trust(AttributeName::foreigner));
  person.phone = text_attribute(customer, "phoneNumber", trust(AttributeName::phone));
  read_carrier(person, customer, "operator", trust(AttributeName::carrier));
  person.ci = text_attribute(customer, "ci", trust(AttributeName::ci));
  person.di = text_attribute(customer, "di", trust(AttributeName::di));
}

/// Reads one record. The person is read from `verifiedCustomer` alone: `requestedCustomer` is what somebody typed.
std::shared_ptr<Verification> read_record(dom::object record, const Attests& attests) {
  auto verification = std::make_shared<Verification>();
  verification->id = text_member(record, "id");
  verification->api = Api::v2;
  verification->status = status_of(text_member(record, "status"));
  verification->custom_data = text_member(record, "customData");
  verification->pg_tx_id = text_member(record, "pgTxId");
  verification->requested_at = parse_moment(text_member(record, "requestedAt"));
  verification->verified_at = parse_moment(text_member(record, "verifiedAt"));
  if (const auto channel = object_member(record, "channel")) {
    verification->provider = provider_name(text_member(*channel, "pgProvider"));
    verification->channel.type = channel_type_by_name(text_member(*channel, "type"));
    verification->channel.id = text_member(*channel, "id");
    verification->channel.key = text_member(*channel, "key");
    verification->channel.name = text_member(*channel, "name");
    verification->channel.pg_merchant_id = text_member(*channel, "pgMerchantId");
  }
  if (const auto failure = object_member(record, "failure")) {
    verification->failure =
        Failure{std::string(text_member(*failure, "reason")), std::string(text_member(*failure, "pgCode")),
                std::string(text_member(*failure, "pgMessage"))};
  }
  if (const auto customer = object_member(record, "verifiedCustomer")) {
    verification->customer_id = text_member(*customer, "id");
    read_person(verification->person, verification->provider, *customer, attests);
  }
  return verification;
}

Result<VerificationPtr> read_about(dom::object record, std::string body, std::string_view id, const Attests& attests) {
  if (text_member(record, "id") != id) {
    return make_error(ErrorKind::mismatched_answer, "the answer is about another id than the one asked for");
  }
  auto verification = read_record(record, attests);
  verification->raw = std::move(body);
  return VerificationPtr(std::move(verification));
}

}  // namespace

Result<VerificationPtr> read_v2(std::string body, std::string_view id, const Attests& attests) {
  auto root = parse_answer(body);
  if (!root) return std::move(root.error());
  auto record = object_of(root.value(), "the answer");
  if (!record) return std::move(record.error());
  return read_about(record.value(), std::move(body), id, attests);
}

Result<VerificationPtr> read_v2_confirmed(std::string body, std::string_view id, const Attests& attests) {
  auto root = parse_answer(body);
  if (!root) return std::move(root.error());
  auto answer = object_of(root.value(), "the answer");
  if (!answer) return std::move(answer.error());
  const auto record = object_member(answer.value(), "identityVerification");
  if (!record) return unreadable("the answer has no identityVerification");
  return read_about(*record, std::move(body), id, attests);
}

Result<Done> read_v2_done(std::string body) {
  auto root = parse_answer(body);
  if (!root) return std::move(root.error());
  auto answer = object_of(root.value(), "the answer");
  if (!answer) return std::move(answer.error());
  return Done{};
}

Result<PortOneV2::Page> read_v2_page(std::string body, const Attests& attests) {
  auto root = parse_answer(body);
  if (!root) return std::move(root.error());
  auto answer = object_of(root.value(), "the answer");
  if (!answer) return std::move(answer.error());
  dom::array items;
  if (answer.value().at_key("items").get(items) != simdjson::SUCCESS) return unreadable("the answer has no items");
  const auto info = object_member(answer.value(), "page");
  if (!info) return unreadable("the answer has no page");

  const auto number = [&info](std::string_view name) -> std::optional<int> {
    std::int64_t value = 0;
    const auto found = member(*info, name);
    if (!found || found->get(value) != simdjson::SUCCESS || value < 0 || value > INT32_MAX) return std::nullopt;
    return static_cast<int>(value);
  };
  const auto page_number = number("number"), size = number("size"), total = number("totalCount");
  if (!page_number || !size || !total) return unreadable("the answer's page lacks number, size or totalCount");

  PortOneV2::Page page;
  page.number = *page_number;
  page.size = *size;
  page.total_count = *total;
  page.items.reserve(items.size());
  for (const auto item : items) {
    auto record = object_of(item, "an item");
    if (!record) return std::move(record.error());
    auto verification = read_record(record.value(), attests);
    if (!check_id(Api::v2, verification->id)) return unreadable("an item of the page has no id");
    verification->raw = simdjson::minify(item);
    page.items.push_back(std::move(verification));
  }
  return page;
}

}  // namespace bonin
