// Whatever a server answers: no crash, never a Verification about another id, never a yes that the answer does not
// carry, and the same twice.

#include <cstddef>
#include <cstdint>
#include <string>

#include "bonin/policy.hpp"
#include "lookup/record.hpp"
#include "require.hpp"

namespace {

using namespace bonin;
using namespace std::chrono_literals;

/// 2026-01-02T03:05:05Z, a minute after what the seeds tell.
constexpr Moment now{1'767'323'105'000ms};
constexpr auto fresh = 10min;
constexpr auto ahead = 60s;

const Policy& adults() {
  static const Policy policy = Policy::preset("kr.youth_protection").value();
  return policy;
}

/// A yes says all of this, whatever the policy adds.
void require_grounds(const Verification& v) {
  REQUIRE(v.status == Status::verified);
  REQUIRE(v.channel.type == ChannelType::live || (v.api == Api::v1 && v.channel.type == ChannelType::unmarked));
  REQUIRE(v.verified_at && *v.verified_at <= now + ahead && *v.verified_at >= now - fresh);
}

void judge(const VerificationPtr& v) {
  static const Policy anybody = Policy::parse(R"({"name": "anybody", "rules": [{"has": "ci"}]})").value();
  REQUIRE(!describe(*v).empty() && !describe(v->person).empty());

  const Decision adult = adults().evaluate(v, now);
  REQUIRE(adult.allowed() == adult.denials().empty());
  REQUIRE(!adult.record().empty());
  if (adult.allowed()) {
    require_grounds(*v);
    REQUIRE(v->person.birth_date.attested() && v->person.birth_date.reveal()->year() <= std::chrono::year(2007));
  }

  Expect expect;
  (v->api == Api::v1 ? expect.merchant_uid : expect.custom_data) = "order-7";
  const Decision somebody = anybody.evaluate(v, now, expect);
  if (somebody.allowed()) {
    require_grounds(*v);
    REQUIRE(v->person.ci.attested() && !v->person.ci.reveal()->empty());
    REQUIRE((v->api == Api::v1 ? v->merchant_uid : v->custom_data) == "order-7");
  }
}

using Read = Result<VerificationPtr> (*)(std::string, std::string_view, const Attests&);

const Attests attests{"NICE_V2"};

void check(Read read, const std::string& body, Api api, std::string_view id) {
  const auto first = read(body, id, attests);
  const auto second = read(body, id, attests);
  REQUIRE(first.ok() == second.ok());
  if (!first) {
    REQUIRE(first.error().what() == second.error().what());
    return;
  }
  const Verification &one = *first.value(), &two = *second.value();
  REQUIRE(one.id == id && one.api == api && one.raw == body);
  REQUIRE(describe(one) == describe(two) && describe(one.person) == describe(two.person));
  REQUIRE(adults().evaluate(first.value(), now).record() == adults().evaluate(second.value(), now).record());
  judge(first.value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  check(&read_v1, body, Api::v1, "imp_1");
  check(&read_v1_confirmed, body, Api::v1, "imp_1");
  check(&read_v2, body, Api::v2, "iv-1");
  check(&read_v2_confirmed, body, Api::v2, "iv-1");
  if (const auto page = read_v2_page(body, attests)) {
    for (const auto& item : page.value().items) {
      REQUIRE(check_id(Api::v2, item->id));
      // What is kept of an item is that item, alone.
      const auto again = read_v2(item->raw, item->id, attests);
      REQUIRE(again && describe(*again.value()) == describe(*item));
      judge(item);
    }
  }
  if (const auto imp_uid = read_v1_imp_uid(body)) REQUIRE(check_id(Api::v1, imp_uid.value()));
  static_cast<void>(read_v1_done(body));
  static_cast<void>(read_v2_done(body));
  return 0;
}
