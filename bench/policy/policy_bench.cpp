// What one evaluation of an eight-rule policy costs, beside the same rules written by hand, and a million rows.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <random>
#include <vector>

#include "bonin/policy.hpp"

namespace {

using namespace bonin;
using std::chrono::steady_clock;

constexpr const char* eight_rules = R"({"name": "eight", "rules": [
  {"verified": true}, {"fresh": {"within": "10m"}}, {"channel": {"type": "live"}},
  {"age": {"at_least": 19, "by": "year"}}, {"has": "ci"}, {"foreigner": false},
  {"gender": {"in": ["male", "female"]}}, {"provider": {"in": ["DANAL", "KCP_V2"]}}]})";

const Moment now{std::chrono::milliseconds{1'767'225'600'000}};  // 2026-01-01T00:00:00Z

VerificationPtr adult() {
  auto v = std::make_shared<Verification>();
  v->id = "5f0c1d6a9b3e4c7f8a2b1d0e9c8f7a6b";
  v->status = Status::verified;
  v->provider = "DANAL";
  v->channel.type = ChannelType::live;
  v->verified_at = now - std::chrono::seconds{5};
  v->person.birth_date = {*parse_date("1990-05-17"), Attestation::attested};
  v->person.gender = {Gender::female, Attestation::attested};
  v->person.foreigner = {false, Attestation::attested};
  v->person.ci = {std::string(88, 'c'), Attestation::attested};
  return v;
}

[[gnu::noinline]] bool by_hand(const Verification& v, Moment at) {
  if (v.status != Status::verified || !v.verified_at) return false;
  if (*v.verified_at > at + std::chrono::seconds{60} || *v.verified_at < at - std::chrono::minutes{10}) return false;
  if (v.channel.type != ChannelType::live || !v.person.birth_date.attested()) return false;
  if (date_in_korea(at).year() - v.person.birth_date.reveal()->year() < std::chrono::years{19}) return false;
  if (!v.person.ci.attested() || !v.person.foreigner.attested() || *v.person.foreigner.reveal()) return false;
  if (!v.person.gender.attested() || *v.person.gender.reveal() == Gender::other) return false;
  return v.provider == "DANAL" || v.provider == "KCP_V2";
}

template <class Run>
double best_ns(int rounds, int repeats, const Run& run) {
  double best = 1e30;
  for (int round = 0; round < rounds; ++round) {
    const auto start = steady_clock::now();
    for (int i = 0; i < repeats; ++i) run(i);
    const std::chrono::duration<double, std::nano> took = steady_clock::now() - start;
    best = std::min(best, took.count() / repeats);
  }
  return best;
}

}  // namespace

int main() {
  const Policy policy = Policy::parse(eight_rules).value();
  const VerificationPtr person = adult();
  std::uint64_t allowed = 0;
  const double hand =
      best_ns(20, 1'000'000, [&](int i) { allowed += by_hand(*person, now + std::chrono::milliseconds{i & 7}); });
  const double one = best_ns(20, 1'000'000, [&](int i) {
    allowed += policy.evaluate(person, now + std::chrono::milliseconds{i & 7}).allowed();
  });

  constexpr std::size_t rows = 1'000'000;
  std::mt19937 random(1);
  std::vector<std::uint8_t> status(rows, 2), channel(rows, 3), answers(rows);
  std::vector<std::int64_t> times(rows, (now - std::chrono::seconds{5}).time_since_epoch().count());
  std::vector<std::int32_t> births(rows), providers(rows);
  std::vector<std::int8_t> genders(rows), foreigners(rows);
  std::vector<std::uint16_t> present(rows, bonin::bit(bonin::AttributeName::ci));
  std::vector<std::uint64_t> failed(rows), unknown(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    births[i] = static_cast<std::int32_t>(random() % 20'000);
    providers[i] = static_cast<std::int32_t>(random() % 3);
    genders[i] = static_cast<std::int8_t>(random() % 2);
    foreigners[i] = random() % 20 == 0;
  }
  const std::vector<std::string_view> names{"DANAL", "KCP_V2", "INICIS_UNIFIED"};
  Columns columns;
  columns.rows = rows;
  columns.status = status;
  columns.verified_at = times;
  columns.channel_type = channel;
  columns.birth_date = births;
  columns.gender = genders;
  columns.foreigner = foreigners;
  columns.present = present;
  columns.provider = {providers, names};
  const double many =
      best_ns(10, 1, [&](int) { allowed += policy.evaluate_columns(columns, now, {answers, failed, unknown}).ok(); });

  std::printf("one evaluation, by hand      %8.1f ns\n", hand);
  std::printf("one evaluation, eight rules  %8.1f ns   (%.1f times by hand)\n", one, one / hand);
  std::printf("1,000,000 rows by columns    %8.1f ms   (%.1f ns a row)\n", many / 1e6, many / rows);
  return allowed == 0 ? 1 : 0;
}
