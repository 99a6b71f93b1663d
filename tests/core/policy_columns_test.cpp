// Columns decide as rows do.

#include <gtest/gtest.h>

#include <random>

#include "bonin/policy.hpp"

namespace {

using namespace bonin;

const Moment night = *parse_moment("2026-03-01T00:30:00+09:00");

struct Table {
  std::vector<std::uint8_t> status, channel;
  std::vector<std::int64_t> verified_at;
  std::vector<std::int32_t> birth, provider, key;
  std::vector<std::int8_t> gender, foreigner, carrier, mvno;
  std::vector<std::uint16_t> present, self_declared;
  std::vector<std::string_view> providers{"DANAL", "KCP_V2", "INICIS_UNIFIED"};
  std::vector<std::string_view> keys{"channel-key-a", "channel-key-b"};

  Table(std::size_t rows, unsigned seed) {
    std::mt19937 random(seed);
    const auto up_to = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    for (std::size_t i = 0; i < rows; ++i) {
      status.push_back(static_cast<std::uint8_t>(up_to(8) < 6 ? 2 : up_to(6)));
      channel.push_back(static_cast<std::uint8_t>(up_to(8) < 6 ? 3 : up_to(7)));
      const auto age_ms = up_to(5) == 0 ? 599'990 + up_to(20) : up_to(700'000) - 70'000;
      verified_at.push_back(up_to(9) == 0 ? Columns::no_time : night.time_since_epoch().count() - age_ms);
      birth.push_back(up_to(12) == 0   ? Columns::no_date
                      : up_to(12) == 0 ? Columns::unreadable_date
                      : up_to(3) == 0  ? 13'570 + up_to(700)
                                       : up_to(47'000) - 26'000);
      provider.push_back(up_to(4) - (up_to(20) == 0 ? 5 : 0));
      key.push_back(up_to(3));
      gender.push_back(static_cast<std::int8_t>(up_to(5) - 1));
      foreigner.push_back(static_cast<std::int8_t>(up_to(4) - 1));
      carrier.push_back(static_cast<std::int8_t>(up_to(5) - 1));
      mvno.push_back(static_cast<std::int8_t>(up_to(4) - 1));
      present.push_back(static_cast<std::uint16_t>(random() & 0x1FF));
      self_declared.push_back(static_cast<std::uint16_t>(up_to(2) == 0 ? 0 : random() & 0x1FF));
    }
  }

  Columns columns() const {
    Columns c;
    c.rows = status.size();
    c.status = status;
    c.verified_at = verified_at;
    c.channel_type = channel;
    c.birth_date = birth;
    c.gender = gender;
    c.foreigner = foreigner;
    c.carrier = carrier;
    c.mvno = mvno;
    c.present = present;
    c.self_declared = self_declared;
    c.provider = {provider, providers};
    c.channel_key = {key, keys};
    return c;
  }

  VerificationPtr row(std::size_t i) const {
    auto v = std::make_shared<Verification>();
    v->status = status[i] <= 3 ? static_cast<Status>(status[i]) : Status::unknown;
    v->channel.type = channel[i] <= 4 ? static_cast<ChannelType>(channel[i]) : ChannelType::unknown;
    if (verified_at[i] != Columns::no_time) v->verified_at = Moment{std::chrono::milliseconds{verified_at[i]}};
    if (provider[i] >= 0 && provider[i] < 3) v->provider = providers[static_cast<std::size_t>(provider[i])];
    if (key[i] < 2) v->channel.key = keys[static_cast<std::size_t>(key[i])];
    const auto said = [&](unsigned bit) {
      return (self_declared[i] >> bit & 1) != 0 ? Attestation::self_declared_possible : Attestation::attested;
    };
    const auto coded = [&](auto& attribute, int value, int last, unsigned bit) {
      using A = std::remove_reference_t<decltype(attribute)>;
      using T = std::remove_cvref_t<decltype(*attribute.reveal())>;
      if (value > last)
        attribute = A::unreadable();
      else if (value >= 0)
        attribute = A(static_cast<T>(value), said(bit));
    };
    Person& p = v->person;
    if (birth[i] == Columns::unreadable_date)
      p.birth_date = Attribute<Date>::unreadable();
    else if (birth[i] != Columns::no_date)
      p.birth_date = {Date{std::chrono::sys_days{std::chrono::days{birth[i]}}}, said(1)};
    coded(p.gender, gender[i], 2, 2);
    coded(p.foreigner, foreigner[i], 1, 3);
    coded(p.carrier, carrier[i], 2, 5);
    coded(p.mvno, mvno[i], 1, 6);
    const auto text = [&](Attribute<std::string>& attribute, unsigned bit) {
      if ((present[i] >> bit & 1) != 0) attribute = {"x", said(bit)};
    };
    text(p.name, 0);
    text(p.phone, 4);
    text(p.ci, 7);
    text(p.di, 8);
    return v;
  }
};

const char* const documents[] = {
    R"({"name": "a", "extends": "kr.youth_protection"})",
    R"({"name": "b", "rules": [{"age": {"between": [19, 34], "by": "full"}}, {"has": ["ci", "di", "birth_date"]},
        {"gender": {"not_in": ["other"]}}, {"carrier": {"in": ["SKT", "LGU"]}}, {"mvno": false}, {"foreigner": false},
        {"provider": {"in": ["DANAL", "KCP_V2"]}}, {"attested": ["gender", "name"]}]})",
    R"({"name": "c", "accept_self_declared": ["gender", "birth_date"], "rules": [
        {"any_of": [{"age": {"at_least": 19, "by": "full"}}, {"not": {"gender": {"in": ["male"]}}},
                    {"all_of": [{"foreigner": true}, {"provider": {"not_in": ["DANAL"]}}]}]},
        {"channel": {"type": "live_or_test", "unmarked": false, "keys": ["channel-key-b"]}}, {"account": "new"},
        {"expect": "name"}, {"fresh": {"within": "5m"}}]})",
    R"({"name": "d", "extends": "kr.vote", "election_day": "2026-06-03"})",
    R"({"name": "e", "rules": [{"age": {"below": 19, "by": "year"}}, {"age": {"at_least": 18, "by": "full", "on": "2024-02-29"}}]})",
};

TEST(PolicyColumns, DecideAsRowsDo) {
  constexpr std::size_t rows = 5000;  // more than one block, the last one not full
  for (const char* document : documents) {
    const Policy policy = Policy::parse(document).value();
    const Table table(rows, 7);
    std::vector<std::uint8_t> allowed(rows, 9);
    std::vector<std::uint64_t> failed(rows), unknown(rows);
    ASSERT_TRUE(policy.evaluate_columns(table.columns(), night, {allowed, failed, unknown}).ok());
    for (std::size_t i = 0; i < rows; ++i) {
      const Decision decision = policy.evaluate(table.row(i), night);
      ASSERT_EQ(decision.failed(), failed[i]) << document << " row " << i << " birth " << table.birth[i];
      ASSERT_EQ(decision.unknown(), unknown[i]) << document << " row " << i << " birth " << table.birth[i];
      ASSERT_EQ(decision.allowed(), allowed[i] == 1);
    }
  }
}

TEST(PolicyColumns, TakeOneValueForAllRowsAndMissingColumns) {
  const Policy policy = Policy::preset("kr.not_child").value();
  const std::uint8_t status[] = {2}, channel[] = {3};
  const std::int64_t at[] = {night.time_since_epoch().count()};
  const std::int32_t births[] = {0, Columns::no_date, 20'000};
  Columns columns;
  columns.rows = 3;
  columns.status = status;
  columns.channel_type = channel;
  columns.birth_date = births;
  std::uint8_t allowed[3] = {7, 7, 7};
  std::uint64_t failed[3], unknown[3];
  ASSERT_TRUE(policy.evaluate_columns(columns, night, {allowed, failed, unknown}).ok());
  EXPECT_EQ(policy.rules()[1].pointer, "/baseline/fresh");
  for (const auto bits : unknown) EXPECT_NE(bits & 2, 0U);  // no column of times at all: not fresh
  columns.verified_at = at;
  ASSERT_TRUE(policy.evaluate_columns(columns, night, {allowed, failed, unknown}).ok());
  EXPECT_EQ(std::vector<int>(allowed, allowed + 3), (std::vector<int>{1, 0, 0}));
  EXPECT_EQ(unknown[1], 8U);
  EXPECT_EQ(failed[2], 8U);
}

TEST(PolicyColumns, RefuseColumnsThatDoNotFit) {
  const Policy policy = Policy::preset("kr.work").value();
  const std::int8_t genders[] = {0, 1};
  Columns columns;
  columns.rows = 3;
  columns.gender = genders;
  const auto refused = policy.evaluate_columns(columns, night, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(refused.error().parameter, "gender");
  columns.gender = {};
  std::uint8_t allowed[2];
  EXPECT_EQ(policy.evaluate_columns(columns, night, {allowed, {}, {}}).error().parameter, "allowed");
}

TEST(PolicyColumns, CanBeWatchedAndStopped) {
  const Policy policy = Policy::preset("kr.work").value();
  constexpr std::size_t rows = 100'000;
  const Table table(rows, 3);
  std::vector<std::uint8_t> allowed(rows, 1);
  std::vector<std::size_t> seen;
  const auto all =
      policy.evaluate_columns(table.columns(), night, {allowed, {}, {}}, [&](std::size_t done, std::size_t of) {
        EXPECT_EQ(of, rows);
        seen.push_back(done);
        return true;
      });
  ASSERT_TRUE(all.ok());
  ASSERT_GT(seen.size(), 2U);
  EXPECT_EQ(seen.back(), rows);
  std::fill(allowed.begin(), allowed.end(), 1);
  ASSERT_TRUE(policy.evaluate_columns(table.columns(), night, {allowed, {}, {}}, [](auto...) { return false; }).ok());
  for (std::size_t i = seen.front(); i < rows; ++i) ASSERT_EQ(allowed[i], 0);
}

}  // namespace
