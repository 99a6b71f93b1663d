#include "lookup/flow_request.hpp"

#include <simdjson.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "bonin/words.hpp"
#include "lookup/body.hpp"
#include "model/control.hpp"
#include "model/invalid_argument.hpp"
#include "model/provider.hpp"
#include "transport/url.hpp"

namespace bonin {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::size_t longest_text = 200, longest_url = 2000, longest_data = 1000;
constexpr int oldest = 150;

constexpr std::array<std::string_view, 2> yes_or_no{"Y", "N"};
constexpr std::array<std::string_view, 3> bypassed{"danal", "inicisUnified", "kcpV2"};

/// What a value of one of PortOne's objects must be.
struct Rule {
  enum class Kind : std::uint8_t { text, word, number, digits, carriers, secure_url, flag, object };
  std::string_view name;
  Kind kind = Kind::text;
  Words words{};            // of a word
  int least = 0, most = 0;  // of a number, or of the number that digits make
};
using Kind = Rule::Kind;

constexpr Rule customer_rules[] = {{"customerId"},
                                   {"fullName"},
                                   {"firstName"},
                                   {"lastName"},
                                   {"phoneNumber"},
                                   {"email"},
                                   {"address", Kind::object},
                                   {"zipcode"},
                                   {"gender", Kind::word, customer_genders},
                                   {"birthYear", Kind::digits, {}, 1900, 9999},
                                   {"birthMonth", Kind::digits, {}, 1, 12},
                                   {"birthDay", Kind::digits, {}, 1, 31},
                                   {"firstNameKana"},
                                   {"lastNameKana"},
                                   {"ipAddress"}};
constexpr Rule window_rules[] = {{"pc", Kind::word, window_types}, {"mobile", Kind::word, window_types}};
constexpr Rule popup_rules[] = {{"center", Kind::flag}};
constexpr Rule iframe_rules[] = {{"dim", Kind::flag}};
constexpr Rule danal_rules[] = {{"CPTITLE"}, {"AGELIMIT", Kind::number, {}, 1, oldest}, {"IsCarrier", Kind::carriers}};
constexpr Rule inicis_rules[] = {{"flgFixedUser", Kind::word, yes_or_no},
                                 {"directAgency", Kind::word, inicis_agencies},
                                 {"logoUrl", Kind::secure_url},
                                 {"DI_CODE"},
                                 {"FRGNDInfo", Kind::word, yes_or_no}};
constexpr Rule kcp_rules[] = {{"web_siteid"}};

std::string quoted(const std::string& name) { return "`" + name + "`"; }

std::string list_of(Words words) {
  std::string text;
  for (const auto word : words) text.append(text.empty() ? "`" : ", `").append(word).append("`");
  return text;
}

bool is_in(Words words, std::string_view text) { return std::find(words.begin(), words.end(), text) != words.end(); }

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Reads options. The first mistake stays; no text of an option is repeated in it.
class Reader {
 public:
  std::optional<Error> mistake;

  void refuse(const std::string& option, const std::string& why) {
    if (!mistake) mistake = invalid_argument(option, quoted(option) + " " + why);
  }

  void text(const std::string& option, std::string_view value, std::size_t most = longest_text) {
    if (!simdjson::validate_utf8(value.data(), value.size())) return refuse(option, "is not valid Unicode");
    if (value.size() > most) return refuse(option, "has more than " + std::to_string(most) + " bytes");
    if (has_control(value)) refuse(option, "holds a control character");
  }

  void word(const std::string& option, std::string_view value, Words words) {
    if (is_in(words, value)) return;
    refuse(option, "must be one of " + list_of(words) + did_you_mean(value, words));
  }

  void url(const std::string& option, std::string_view value, bool secure_only) {
    text(option, value, longest_url);
    const auto scheme = value.substr(0, value.find("://"));
    const bool known = scheme == "https" || (scheme == "http" && !secure_only);
    const bool whole = known && value.size() > scheme.size() + 3 && value[scheme.size() + 3] != '/' &&
                       value.find(' ') == std::string_view::npos;
    if (whole) return;
    refuse(option, secure_only
                       ? "must be an https address"
                       : "must be a whole address, such as `https://shop.example/identity-verifications/redirect`");
  }

  /// The object of a JSON text; an empty one when there is none.
  Body object(const std::string& option, const std::string& json) {
    if (json.empty()) return Body::object();
    auto read = Body::parse(json, nullptr, false);
    if (read.is_object()) return read;
    refuse(option, "must be an object");
    return Body::object();
  }

  /// Checks the members of an object. `others`: members that are not in the table may be there.
  void members(const std::string& option, const Body& object, std::span<const Rule> rules, bool others = false) {
    std::vector<std::string_view> names;
    for (const Rule& rule : rules) names.push_back(rule.name);
    for (const auto& [name, value] : object.items()) {
      const auto rule =
          std::find_if(rules.begin(), rules.end(), [&name = name](const Rule& one) { return one.name == name; });
      const std::string place = option + "." + name;
      if (rule != rules.end()) {
        member(place, value, *rule);
      } else if (!others || !did_you_mean(name, names).empty()) {
        text(option, name);
        if (!mistake) mistake = invalid_argument(option, "`" + option + "`: " + unknown("field", name, names));
      }
    }
  }

 private:
  void member(const std::string& place, const Body& value, const Rule& rule) {
    if (rule.kind == Kind::number) return number(place, value, rule);
    if (rule.kind == Kind::flag) {
      if (!value.is_boolean()) refuse(place, "must be true or false");
      return;
    }
    if (rule.kind == Kind::object) {
      if (!value.is_object()) refuse(place, "must be an object");
      return;
    }
    if (!value.is_string()) return refuse(place, "must be a text");
    const auto& written = value.get_ref<const std::string&>();
    switch (rule.kind) {
      case Kind::word:
        return word(place, written, rule.words);
      case Kind::digits:
        return digits(place, written, rule);
      case Kind::carriers:
        return carriers(place, written);
      case Kind::secure_url:
        return url(place, written, true);
      default:
        if (written.empty()) return refuse(place, "is empty");
        return text(place, written);
    }
  }

  void number(const std::string& place, const Body& value, const Rule& rule) {
    const bool whole = value.is_number_integer() && value >= rule.least && value <= rule.most;
    if (!whole) refuse(place, "must be a whole number from " + range(rule));
  }

  void digits(const std::string& place, const std::string& written, const Rule& rule) {
    const bool fits = all_digits(written) && written.size() <= 4 && std::stoi(written) >= rule.least &&
                      std::stoi(written) <= rule.most;
    if (!fits) refuse(place, "must be a text of digits from " + range(rule));
  }

  /// `SKT;KTF`: some of the carriers, each once.
  void carriers(const std::string& place, std::string_view written) {
    std::vector<std::string_view> seen;
    for (;;) {
      const auto end = written.find(';');
      const auto one = written.substr(0, end);
      if (!is_in(flow_carriers, one) || is_in(seen, one)) {
        return refuse(place, "must name some of " + list_of(flow_carriers) + ", each once, with `;` between them");
      }
      seen.push_back(one);
      if (end == std::string_view::npos) return;
      written.remove_prefix(end + 1);
    }
  }

  static std::string range(const Rule& rule) { return std::to_string(rule.least) + " to " + std::to_string(rule.most); }
};

/// The digits of a phone number, which PortOne wants without separators.
std::string phone_digits(Reader& reader, const std::string& option, const std::string& given) {
  auto number = without_separators(given);
  if (!all_digits(number) || number.size() > 20) reader.refuse(option, "must be the digits of a phone number");
  return number;
}

/// An option that the other API's script takes.
struct Other {
  const char* option;
  bool given;
  const char* instead;  // what to say in its place; empty: nothing
};

void refuse_others(Reader& reader, const char* script, std::span<const Other> others) {
  for (const Other& one : others) {
    if (!one.given) continue;
    const std::string instead = *one.instead != '\0' ? std::string(": say ") + one.instead : std::string();
    reader.refuse(one.option, std::string("is no option of PortOne's ") + script + " script" + instead);
  }
}

/// What both scripts take.
void read_common(Reader& reader, const FlowOptions& options) {
  reader.text("channel_key", options.channel_key);
  if (!options.redirect_url.empty()) reader.url("redirect_url", options.redirect_url, false);
  if (!options.guardian_of.empty()) reader.text("guardian_of", options.guardian_of, 4 * longest_text);
  if (options.provider.empty()) return;
  std::vector<std::string_view> names;
  for (const Provider& provider : providers) names.push_back(provider.name);
  reader.word("provider", provider_name(options.provider), names);
}

/// Where the browser comes back to. A guardian's flow says there whose it is.
std::string redirect_of(const FlowOptions& options) {
  if (options.redirect_url.empty() || options.guardian_of.empty()) return options.redirect_url;
  const char* between = options.redirect_url.find('?') == std::string::npos ? "?" : "&";
  return options.redirect_url + between + "guardianOf=" + percent_encode(options.guardian_of);
}

/// INICIS_UNIFIED must be told whether the window holds the person's data already, and then needs all of it.
void check_inicis(Reader& reader, const FlowOptions& options, const Body& bypass, const Body& customer) {
  const auto inicis = bypass.find("inicisUnified");
  const bool meant = provider_name(options.provider) == "INICIS_UNIFIED" || inicis != bypass.end();
  if (!meant) return;
  const std::string flag = "bypass.inicisUnified.flgFixedUser";
  if (inicis == bypass.end() || !inicis->contains("flgFixedUser")) {
    return reader.refuse(flag, "is required by INICIS_UNIFIED: `Y` fills in the person's data, `N` does not");
  }
  if ((*inicis)["flgFixedUser"] != "Y") return;
  const bool named = customer.contains("fullName") || (customer.contains("firstName") && customer.contains("lastName"));
  if (!named) reader.refuse("customer.fullName", "is required by " + flag + " `Y`");
  for (const char* field : {"phoneNumber", "birthYear", "birthMonth", "birthDay"}) {
    if (!customer.contains(field)) reader.refuse("customer." + std::string(field), "is required by " + flag + " `Y`");
  }
}

void check_bypass(Reader& reader, const Body& bypass) {
  const std::pair<std::string_view, std::span<const Rule>> tables[] = {
      {bypassed[0], danal_rules}, {bypassed[1], inicis_rules}, {bypassed[2], kcp_rules}};
  for (const auto& [name, value] : bypass.items()) {
    const auto* const table = std::find_if(std::begin(tables), std::end(tables),
                                           [&name = name](const auto& one) { return one.first == name; });
    if (table == std::end(tables)) {
      reader.text("bypass", name);
      if (!reader.mistake)
        reader.mistake = invalid_argument("bypass", "`bypass`: " + unknown("provider", name, bypassed));
      return;
    }
    const std::string place = "bypass." + name;
    if (!value.is_object()) return reader.refuse(place, "must be an object");
    reader.members(place, value, table->second, true);  // a provider may take more than PortOne's types name
  }
}

void put_object(Body& request, const char* name, Body object) {
  if (!object.empty()) request[name] = std::move(object);
}

Result<Flow> finished(Flow flow, const Reader& reader, const Body& request) {
  if (reader.mistake) return *reader.mistake;
  flow.request = request.dump(-1, ' ', false, Body::error_handler_t::replace);
  return flow;
}

}  // namespace

Result<Flow> with_v1_request(Flow flow, const FlowOptions& options) {
  Reader reader;
  const Other others[] = {{"customer", !options.customer.empty(), "`name` and `phone`"},
                          {"bypass", !options.bypass.empty(), ""},
                          {"window_type", !options.window_type.empty(), "`popup`"},
                          {"force_redirect", options.force_redirect.has_value(), ""},
                          {"custom_data", !options.custom_data.empty(), ""},
                          {"iframe", !options.iframe.empty(), ""}};
  refuse_others(reader, "V1", others);
  read_common(reader, options);
  reader.text("pg", options.pg);
  reader.text("name", options.name);
  reader.text("company", options.company);
  if (options.channel_key.empty() && options.pg.empty()) {
    reader.refuse("channel_key", "is missing: PortOne's console shows the key of each channel");
  }
  const std::string phone = options.phone.empty() ? std::string() : phone_digits(reader, "phone", options.phone);
  if (!options.carrier.empty()) reader.word("carrier", options.carrier, flow_carriers);
  const int age = options.min_age.value_or(1);
  if (age < 1 || age > oldest) reader.refuse("min_age", "must be a whole number from 1 to 150");
  const auto popup = Body::parse(options.popup.empty() ? "null" : options.popup, nullptr, false);
  if (!popup.is_null() && !popup.is_boolean()) reader.refuse("popup", "must be true or false in V1");

  Body request = Body::object();
  put(request, "channelKey", options.channel_key);
  put(request, "pg", options.pg);
  request["merchant_uid"] = flow.id;
  put(request, "m_redirect_url", redirect_of(options));
  if (popup.is_boolean()) request["popup"] = popup;
  put(request, "name", options.name);
  put(request, "phone", phone);
  put(request, "carrier", options.carrier);
  if (options.min_age) request["min_age"] = *options.min_age;
  put(request, "company", options.company);
  flow.min_age = options.min_age;
  return finished(std::move(flow), reader, request);
}

Result<Flow> with_v2_request(Flow flow, const std::string& store_id, const FlowOptions& options) {
  Reader reader;
  const Other others[] = {{"pg", !options.pg.empty(), "`channel_key`"},
                          {"name", !options.name.empty(), "`customer.fullName`"},
                          {"phone", !options.phone.empty(), "`customer.phoneNumber`"},
                          {"carrier", !options.carrier.empty(), "`bypass.danal.IsCarrier`"},
                          {"min_age", options.min_age.has_value(), "`bypass.danal.AGELIMIT`"},
                          {"company", !options.company.empty(), "`bypass.danal.CPTITLE`"}};
  refuse_others(reader, "V2", others);
  read_common(reader, options);
  if (store_id.empty()) reader.refuse("store_id", "is missing: the client needs it, because PortOne's script does");
  if (options.channel_key.empty()) {
    reader.refuse("channel_key", "is missing: PortOne's console shows the key of each channel");
  }
  reader.text("custom_data", options.custom_data, longest_data);
  Body customer = reader.object("customer", options.customer);
  reader.members("customer", customer, customer_rules);
  if (!reader.mistake && customer.contains("phoneNumber")) {
    customer["phoneNumber"] = phone_digits(reader, "customer.phoneNumber", customer["phoneNumber"]);
  }
  const Body bypass = reader.object("bypass", options.bypass);
  check_bypass(reader, bypass);
  if (!reader.mistake) check_inicis(reader, options, bypass, customer);
  const Body window_type = reader.object("window_type", options.window_type);
  reader.members("window_type", window_type, window_rules);
  const Body popup = reader.object("popup", options.popup);
  reader.members("popup", popup, popup_rules);
  const Body iframe = reader.object("iframe", options.iframe);
  reader.members("iframe", iframe, iframe_rules);

  Body request{{"storeId", store_id}, {"channelKey", options.channel_key}, {"identityVerificationId", flow.id}};
  put(request, "redirectUrl", redirect_of(options));
  put_object(request, "customer", customer);
  put_object(request, "windowType", window_type);
  if (options.force_redirect) request["forceRedirect"] = *options.force_redirect;
  put(request, "customData", options.custom_data);
  put_object(request, "bypass", bypass);
  put_object(request, "popup", popup);
  put_object(request, "iframe", iframe);
  if (!reader.mistake && bypass.contains("danal") && bypass["danal"].contains("AGELIMIT")) {
    flow.min_age = bypass["danal"]["AGELIMIT"].get<int>();
  }
  return finished(std::move(flow), reader, request);
}

}  // namespace bonin
