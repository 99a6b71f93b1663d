// The list of V2: filter, sort, page.

#include <algorithm>
#include <set>
#include <variant>

#include "v2.hpp"

namespace bonin::sandbox {
namespace {

constexpr std::int64_t default_range_ms = 90LL * 86'400'000;

using Texts = std::set<std::string, std::less<>>;

/// Reads members with their types, and remembers the first that has another.
class Reader {
 public:
  Reader(const Json* object, std::string where) : object_(object), where_(std::move(where)) {
    if (object_ && !object_->is_object()) wrong("");
  }

  const std::string& problem() const noexcept { return problem_; }
  void wrong(const std::string& name) {
    if (problem_.empty()) problem_ = where_ + name;
    object_ = nullptr;
  }

  const Json* member(const char* name) {
    if (!object_) return nullptr;
    const auto found = object_->find(name);
    return found == object_->end() || found->is_null() ? nullptr : &*found;
  }
  std::optional<std::string> text(const char* name) {
    const Json* value = member(name);
    if (!value) return std::nullopt;
    if (value->is_string()) return value->get<std::string>();
    wrong(name);
    return std::nullopt;
  }
  std::optional<std::string> one_of(const char* name, std::initializer_list<std::string_view> allowed) {
    auto value = text(name);
    if (value && std::find(allowed.begin(), allowed.end(), *value) == allowed.end()) wrong(name);
    return value;
  }
  std::optional<bool> flag(const char* name) {
    const Json* value = member(name);
    if (!value) return std::nullopt;
    if (value->is_boolean()) return value->get<bool>();
    wrong(name);
    return std::nullopt;
  }
  std::int64_t number(const char* name, std::int64_t fallback, std::int64_t least, std::int64_t most) {
    const Json* value = member(name);
    if (!value) return fallback;
    if (value->is_number_unsigned() && value->get<std::uint64_t>() <= static_cast<std::uint64_t>(most)) {
      const auto read = static_cast<std::int64_t>(value->get<std::uint64_t>());
      if (read >= least) return read;
    }
    wrong(name);
    return fallback;
  }
  std::optional<std::int64_t> time(const char* name) {
    const auto value = text(name);
    if (!value) return std::nullopt;
    const auto read = read_time(*value);
    if (!read) wrong(name);
    return read;
  }
  Texts texts(const char* name) {
    Texts all;
    const Json* value = member(name);
    if (!value) return all;
    if (!value->is_array()) wrong(name);
    for (const auto& item : *value) {
      if (item.is_string())
        all.insert(item.get<std::string>());
      else
        wrong(name);
    }
    return all;
  }

 private:
  const Json* object_;
  std::string where_;
  std::string problem_;
};

/// The time of a record that `field` speaks of; nothing if it has none.
std::optional<std::int64_t> time_of(const Record& record, std::string_view field) {
  if (field == "VERIFIED_AT") return record.state == State::verified ? std::optional(record.changed_ms) : std::nullopt;
  if (field == "FAILED_AT") return record.state == State::failed ? std::optional(record.changed_ms) : std::nullopt;
  if (field == "STATUS_UPDATED_AT" && record.state != State::ready) return record.changed_ms;
  return record.requested_ms;
}

std::string company_of(std::string_view provider) { return std::string(provider.substr(0, provider.find('_'))); }

std::string carrier_of(const Person& person) { return person.carrier.value_or("") + (person.mvno ? "_MVNO" : ""); }

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

struct Filter {
  std::string field = "REQUESTED_AT";
  std::optional<std::int64_t> from, until;
  std::optional<std::string> id, tx_id, pg_tx_id, pg_merchant_id, version;
  std::optional<bool> is_test;
  Texts statuses, providers, companies, carriers;
  std::optional<std::string> name, phone, gender, year, month, day;

  bool takes(const Record& r) const {
    const auto at = time_of(r, field);
    const auto is = [](const std::optional<std::string>& wanted, std::string_view value) {
      return !wanted || *wanted == value;
    };
    const auto in = [](const Texts& wanted, std::string_view value) {
      return wanted.empty() || wanted.contains(value);
    };
    const auto birth = r.person.birth_date ? day_text(*r.person.birth_date) : "          ";
    return at && (!from || *at >= *from) && (!until || *at < *until) && is(id, r.id) && is(tx_id, r.id) &&
           is(pg_tx_id, r.pg_tx_id) && is(pg_merchant_id, r.pg_merchant_id) && is(version, r.v1 ? "V1" : "V2") &&
           (!is_test || *is_test == (r.channel_type == "TEST")) && in(statuses, state_text(r.state)) &&
           in(providers, r.provider) && in(companies, company_of(r.provider)) && in(carriers, carrier_of(r.person)) &&
           is(name, r.person.name.value_or("")) && is(phone, r.person.phone.value_or("")) &&
           is(gender, upper(r.person.gender.value_or(""))) && is(year, birth.substr(0, 4)) &&
           is(month, birth.substr(5, 2)) && is(day, birth.substr(8, 2));
  }
};

std::string time_field(Reader& reader, const char* name) {
  return reader.one_of(name, {"REQUESTED_AT", "VERIFIED_AT", "FAILED_AT", "STATUS_UPDATED_AT"})
      .value_or("REQUESTED_AT");
}

/// What a list is asked for.
struct Query {
  Filter filter;
  std::optional<std::string> store_id;
  std::int64_t number = 0, size = 0;
  std::string sort_by;
  bool ascending = false;
};

Filter read_filter(Reader& wanted, Reader& customer) {
  Filter filter;
  filter.field = time_field(wanted, "timeRangeField");
  filter.from = wanted.time("from");
  filter.until = wanted.time("until");
  filter.id = wanted.text("identityVerificationId");
  filter.tx_id = wanted.text("identityVerificationTxId");
  filter.is_test = wanted.flag("isTest");
  filter.statuses = wanted.texts("statuses");
  filter.pg_tx_id = wanted.text("pgTxId");
  filter.pg_merchant_id = wanted.text("pgMerchantId");
  filter.providers = wanted.texts("pgProviders");
  filter.companies = wanted.texts("pgCompanies");
  filter.carriers = wanted.texts("carriers");
  filter.version = wanted.one_of("version", {"V1", "V2"});
  filter.name = customer.text("name");
  filter.phone = customer.text("phoneNumber");
  filter.gender = customer.one_of("gender", {"MALE", "FEMALE", "OTHER"});
  filter.year = customer.text("birthYear");
  filter.month = customer.text("birthMonth");
  filter.day = customer.text("birthDay");
  return filter;
}

/// The query, or what is not valid in it.
std::variant<Query, std::string> read_query(const Json& json) {
  Reader body(&json, "");
  Reader page(body.member("page"), "page."), sort(body.member("sort"), "sort."),
      wanted(body.member("filter"), "filter.");
  Reader customer(wanted.member("customer"), "filter.customer.");
  Query query;
  query.number = page.number("number", 0, 0, 1'000'000'000);
  query.size = page.number("size", 10, 1, 1'000);
  query.sort_by = time_field(sort, "by");
  query.ascending = sort.one_of("order", {"ASC", "DESC"}) == "ASC";
  query.store_id = wanted.text("storeId");
  query.filter = read_filter(wanted, customer);
  for (const Reader* reader : {&body, &page, &sort, &wanted, &customer}) {
    if (!reader->problem().empty()) return reader->problem();
  }
  return query;
}

std::vector<const Record*> sorted_records(const World& world, const Query& query) {
  std::vector<const Record*> found;
  world.records.each([&](const Record& record) {
    if (query.filter.takes(record)) found.push_back(&record);
  });
  std::sort(found.begin(), found.end(), [&](const Record* a, const Record* b) {
    if (!query.ascending) std::swap(a, b);
    // Records without such a time come first when ascending. Equal times keep the order in which they were made.
    const auto left = time_of(*a, query.sort_by).value_or(INT64_MIN);
    const auto right = time_of(*b, query.sort_by).value_or(INT64_MIN);
    return left != right ? left < right : a->order < b->order;
  });
  return found;
}

Answer page_of(const std::vector<const Record*>& records, std::int64_t number, std::int64_t size) {
  Answer answer;
  std::string& out = answer.body;
  out = R"({"items":[)";
  const auto first = static_cast<std::size_t>(number * size);
  for (std::size_t i = first; i < records.size() && i < first + static_cast<std::size_t>(size); ++i) {
    if (i > first) out += ',';
    out += *records[i]->v2_text();
  }
  out += R"(],"page":)";
  out += write_json(Json{{"number", number}, {"size", size}, {"totalCount", records.size()}});
  out += '}';
  return answer;
}

}  // namespace

Answer v2_list(World& world, const Request& request, std::string_view) {
  if (auto refused = v2_refused(world, request)) return std::move(*refused);
  auto text = query_value(request.query, "requestBody");
  if (text.empty()) text = request.body;
  auto json = text.empty() ? Json::object() : read_json(text);
  if (!json || !json->is_object()) return v2_error(400, "INVALID_REQUEST", "requestBody is no JSON object");
  auto read = read_query(*json);
  if (const auto* problem = std::get_if<std::string>(&read)) {
    return v2_error(400, "INVALID_REQUEST", *problem + " is not valid");
  }
  Query& query = std::get<Query>(read);
  if (query.store_id && !v2_own_store(world, *query.store_id)) return v2_forbidden();
  // Without an end the range ends now, this very moment included.
  if (!query.filter.until) query.filter.until = world.clock.now_ms() + 1;
  if (!query.filter.from) query.filter.from = *query.filter.until - default_range_ms;
  return page_of(sorted_records(world, query), query.number, query.size);
}

}  // namespace bonin::sandbox
