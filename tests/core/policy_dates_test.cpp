// Both ways of counting ages over every birth date, against an oracle written from the text of the law.

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <memory>
#include <vector>

#include "bonin/policy.hpp"

namespace {

using namespace bonin;

/// A calendar of its own, so that no mistake of <chrono> or of the policy can cancel itself out.
struct Day {
  int year, month, day;
  bool operator==(const Day&) const = default;
};

bool leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int month_length(int year, int month) {
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap(year) ? 29 : lengths[month - 1];
}

Day next(Day d) {
  if (++d.day > month_length(d.year, d.month)) d.day = 1, ++d.month;
  if (d.month > 12) d.month = 1, ++d.year;
  return d;
}

Day previous(Day d) {
  if (--d.day == 0) {
    if (--d.month == 0) d.month = 12, --d.year;
    d.day = month_length(d.year, d.month);
  }
  return d;
}

/// A period of n years that begins with the day of birth (Civil Act 158: that day counts) ends on the eve of the day of
/// the same date in the last year (160 (2)); where that month has no such day, on the last day of the month (160 (3)).
Day last_day_of_period(Day birth, int years) {
  const int year = birth.year + years;
  if (birth.day > month_length(year, birth.month)) return {year, birth.month, month_length(year, birth.month)};
  return previous({year, birth.month, birth.day});
}

bool after(const Day& a, const Day& b) {
  if (a.year != b.year) return a.year > b.year;
  return a.month != b.month ? a.month > b.month : a.day > b.day;
}

struct Instant {
  const char* utc;
  Day in_korea;
};

const std::vector<Instant> instants{
    {"2022-12-31T14:59:59Z", {2022, 12, 31}}, {"2022-12-31T15:00:00Z", {2023, 1, 1}},
    {"2023-02-27T15:00:00Z", {2023, 2, 28}},  {"2023-02-28T14:59:59Z", {2023, 2, 28}},
    {"2023-02-28T15:00:00Z", {2023, 3, 1}},   {"2024-02-28T14:59:59Z", {2024, 2, 28}},
    {"2024-02-28T15:00:00Z", {2024, 2, 29}},  {"2024-02-29T14:59:59Z", {2024, 2, 29}},
    {"2024-02-29T15:00:00Z", {2024, 3, 1}},   {"2025-12-31T14:59:59Z", {2025, 12, 31}},
    {"2025-12-31T15:00:00Z", {2026, 1, 1}},   {"2026-05-16T14:59:59Z", {2026, 5, 16}},
    {"2026-05-16T15:00:00Z", {2026, 5, 17}},
};

std::vector<Policy> policies(const char* by) {
  std::vector<Policy> all;
  for (const int age : {14, 15, 16, 18, 19, 20, 65}) {
    all.push_back(Policy::parse(R"({"name": "age", "rules": [{"age": {"at_least": )" + std::to_string(age) +
                                R"(, "by": ")" + by + "\"}}]}")
                      .value());
  }
  return all;
}

constexpr int ages[] = {14, 15, 16, 18, 19, 20, 65};
constexpr std::uint64_t age_bit = 8;  // the rule after the baseline's three

class PolicyDates : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (const char* zone = std::getenv("TZ")) before_ = zone;
    setenv("TZ", GetParam(), 1);
    tzset();
  }
  void TearDown() override {
    before_.empty() ? unsetenv("TZ") : setenv("TZ", before_.c_str(), 1);
    tzset();
  }

 private:
  std::string before_;
};

TEST_P(PolicyDates, AreRightForEveryBirthDate) {
  const auto full = policies("full"), year = policies("year");
  std::size_t wrong = 0, judged = 0;
  for (Day birth{1900, 1, 1}; birth.year <= 2025; birth = next(birth)) {
    auto facts = std::make_shared<Verification>();
    facts->person.birth_date = {
        Date{std::chrono::year{birth.year}, std::chrono::month(birth.month), std::chrono::day(birth.day)},
        Attestation::attested};
    const VerificationPtr verification = facts;
    for (const Instant& instant : instants) {
      const Moment now = *parse_moment(instant.utc);
      const bool unborn = after(birth, instant.in_korea);
      for (std::size_t i = 0; i < std::size(ages); ++i) {
        const bool by_full = !unborn && after(instant.in_korea, last_day_of_period(birth, ages[i]));
        const bool by_year = !unborn && instant.in_korea.year - birth.year >= ages[i];
        const Decision a = full[i].evaluate(verification, now), b = year[i].evaluate(verification, now);
        wrong += (((a.failed() | a.unknown()) & age_bit) == 0) != by_full;
        wrong += (((b.failed() | b.unknown()) & age_bit) == 0) != by_year;
        wrong += ((a.unknown() & age_bit) != 0) != unborn;
        judged += 2;
      }
    }
  }
  EXPECT_EQ(wrong, 0U) << "of " << judged;
  EXPECT_EQ(judged, std::size_t{46'021} * instants.size() * std::size(ages) * 2);
}

INSTANTIATE_TEST_SUITE_P(Zones, PolicyDates,
                         testing::Values("UTC", "Asia/Seoul", "America/Los_Angeles", "Pacific/Kiritimati"));

}  // namespace
