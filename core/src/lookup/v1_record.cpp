#include "lookup/json.hpp"
#include "lookup/record.hpp"
#include "lookup/refusal.hpp"

namespace bonin {
namespace {

/// The last second of the year 9999. A later time is refused.
constexpr std::int64_t last_second = 253'402'300'799;

/// What was asked: about an id that may not exist, or for a step of an OTP.
enum class Asked : std::uint8_t { about_an_id, for_a_step };

/// `response` of an envelope whose code is 0.
Result<dom::element> open_envelope(std::string& body, Asked asked) {
  auto root = parse_answer(body);
  if (!root) return root;
  dom::object envelope;
  if (root.value().get(envelope) != simdjson::SUCCESS) return unreadable("the answer is not a JSON object");
  const auto code = member(envelope, "code");
  std::int64_t number = 0;
  if (!code || code->get(number) != simdjson::SUCCESS) return unreadable("the answer has no code");
  if (number != 0) {
    const auto message = text_member(envelope, "message");
    const bool nothing = asked == Asked::about_an_id && !member(envelope, "response");
    return v1_failure(number, message, nothing);
  }
  dom::element response;
  if (envelope.at_key("response").get(response) != simdjson::SUCCESS) return unreadable("the answer has no response");
  return response;
}

Result<dom::object> open_response(std::string& body, Asked asked) {
  auto response = open_envelope(body, asked);
  if (!response) return std::move(response.error());
  if (response.value().is_null()) {
    auto error = make_error(ErrorKind::not_found, "PortOne knows nothing of that id");
    error.http_status = 200;
    error.portone_code = "0";
    return error;
  }
  dom::object object;
  if (response.value().get(object) != simdjson::SUCCESS) return unreadable("the response is not a JSON object");
  return object;
}

/// V1 has no mark. The transaction id shows Inicis' test merchants.
ChannelType channel_type_by_tid(std::string_view pg_tid) {
  return pg_tid.find("MIIiasTest") != std::string_view::npos ? ChannelType::test : ChannelType::unmarked;
}

void read_status(Verification& verification, dom::object record) {
  bool certified = false;
  const auto mark = member(record, "certified");
  if (!mark || mark->get(certified) != simdjson::SUCCESS) {
    verification.status = mark ? Status::unknown : Status::ready;  // "true" and 1 are not true
    return;
  }
  if (!certified) {
    verification.status = Status::ready;
    return;
  }
  std::int64_t seconds = 0;
  const auto at = member(record, "certified_at");
  if (at && at->get(seconds) == simdjson::SUCCESS && seconds > 0 && seconds <= last_second) {
    verification.status = Status::verified;
    verification.verified_at = Moment(std::chrono::seconds(seconds));
  } else {
    verification.status = Status::unknown;
  }
}

Result<VerificationPtr> read_v1_record(std::string body, std::string_view imp_uid, const Attests& attests,
                                       Asked asked) {
  auto opened = open_response(body, asked);
  if (!opened) return std::move(opened.error());
  const dom::object record = opened.value();
  if (text_member(record, "imp_uid") != imp_uid) {
    return make_error(ErrorKind::mismatched_answer, "the answer is about another imp_uid than the one asked for");
  }

  auto verification = std::make_shared<Verification>();
  verification->id = imp_uid;
  verification->api = Api::v1;
  verification->provider = provider_name(text_member(record, "pg_provider"));
  verification->merchant_uid = text_member(record, "merchant_uid");
  verification->origin = text_member(record, "origin");
  verification->pg_tx_id = text_member(record, "pg_tid");
  verification->channel.type = channel_type_by_tid(verification->pg_tx_id);
  read_status(*verification, record);

  const auto trust = [&](AttributeName attribute) {
    return attestation_of(verification->provider, attribute, attests);
  };
  Person& person = verification->person;
  person.name = text_attribute(record, "name", trust(AttributeName::name));
  person.birth_date = date_attribute(record, "birthday", trust(AttributeName::birth_date));
  person.gender = gender_attribute(record, "gender", trust(AttributeName::gender));
  person.foreigner = flag_attribute(record, "foreigner_v2", trust(AttributeName::foreigner));
  person.phone = text_attribute(record, "phone", trust(AttributeName::phone));
  read_carrier(person, record, "carrier", trust(AttributeName::carrier));
  person.ci = text_attribute(record, "unique_key", trust(AttributeName::ci));
  person.di = text_attribute(record, "unique_in_site", trust(AttributeName::di));
  verification->raw = std::move(body);
  return VerificationPtr(std::move(verification));
}

}  // namespace

Result<VerificationPtr> read_v1(std::string body, std::string_view imp_uid, const Attests& attests) {
  return read_v1_record(std::move(body), imp_uid, attests, Asked::about_an_id);
}

Result<VerificationPtr> read_v1_confirmed(std::string body, std::string_view imp_uid, const Attests& attests) {
  return read_v1_record(std::move(body), imp_uid, attests, Asked::for_a_step);
}

Result<std::string> read_v1_imp_uid(std::string body) {
  auto opened = open_response(body, Asked::for_a_step);
  if (!opened) return std::move(opened.error());
  const auto imp_uid = text_member(opened.value(), "imp_uid");
  if (!check_id(Api::v1, imp_uid)) return unreadable("the answer has no imp_uid");
  return std::string(imp_uid);
}

Result<Done> read_v1_done(std::string body) {
  auto opened = open_envelope(body, Asked::about_an_id);
  if (!opened) return std::move(opened.error());
  return Done{};
}

}  // namespace bonin
