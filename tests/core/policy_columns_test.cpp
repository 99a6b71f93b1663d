// Columns decide as rows do.

#include <gtest/gtest.h>

#include <map>
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
    std::vector<ReasonCount> reasons{{99, "not emptied", 1}};
    ASSERT_TRUE(policy.evaluate_columns(table.columns(), night, {allowed, failed, unknown, &reasons}).ok());
    std::map<std::pair<std::size_t, std::string>, std::size_t> counted, wanted;
    for (const auto& count : reasons) counted[{count.rule, std::string(count.reason)}] += count.rows;
    for (std::size_t i = 0; i < rows; ++i) {
      const Decision decision = policy.evaluate(table.row(i), night);
      decision.each_reason([&](std::size_t rule, std::string_view reason) { ++wanted[{rule, std::string(reason)}]; });
      ASSERT_EQ(decision.failed(), failed[i]) << document << " row " << i << " birth " << table.birth[i];
      ASSERT_EQ(decision.unknown(), unknown[i]) << document << " row " << i << " birth " << table.birth[i];
      ASSERT_EQ(decision.allowed(), allowed[i] == 1);
    }
    EXPECT_EQ(counted, wanted) << document;
    EXPECT_GT(counted.size(), 3U) << document;
  }
}

TEST(PolicyColumns, ReasonsAreThoseOfTheFindings) {
  const Table table(200, 11);
  for (const char* document : documents) {
    const Policy policy = Policy::parse(document).value();
    for (std::size_t i = 0; i < 200; ++i) {
      Expect expect;
      if (i % 2 == 0) expect.name = "y";
      const Decision decision = policy.evaluate(table.row(i), night, expect);
      const auto findings = decision.findings();
      std::size_t told = 0;
      decision.each_reason([&](std::size_t rule, std::string_view reason) {
        EXPECT_EQ(findings.at(rule).reason, reason) << document;
        ++told;
      });
      std::size_t wanted = 0;
      for (const auto& finding : findings) {
        const bool combined = finding.code == "any_of" || finding.reason.find(':') != std::string::npos;
        wanted += finding.outcome != Outcome::pass && !combined ? 1 : 0;
      }
      EXPECT_EQ(told, wanted) << document;
    }
  }
}

TEST(PolicyColumns, KnowWhichColumnsARuleReads) {
  const Policy policy = Policy::parse(documents[2]).value();
  std::string text;
  for (const auto& need : policy.column_needs()) {
    text += need.pointer + " " + need.code + ":";
    for (const auto name : need.columns) text.append(" ").append(name);
    text += "\n";
  }
  EXPECT_EQ(text,
            "/baseline/verified verified: status\n"
            "/rules/0/any_of/0 age: birth_date\n"
            "/rules/0/any_of/1/not gender: gender\n"
            "/rules/0/any_of/2/all_of/0 foreigner: foreigner\n"
            "/rules/0/any_of/2/all_of/1 provider: provider\n"
            "/rules/1 channel: channel_type channel_key\n"
            "/rules/2 account:\n"
            "/rules/3 expect:\n"
            "/rules/4 fresh: verified_at\n");
  const Policy has = Policy::parse(R"({"name": "h", "rules": [{"has": ["ci", "birth_date"]}]})").value();
  const auto needs = has.column_needs();
  EXPECT_EQ(needs[needs.size() - 2].columns, std::vector<std::string_view>{"present"});
  EXPECT_EQ(needs.back().columns, std::vector<std::string_view>{"birth_date"});
}

TEST(PolicyColumns, SayWhatIsMissingAndWhatNobodyUnderstands) {
  const std::int32_t today = 20'512;  // 2026-02-28 in UTC, a day behind Korea
  const std::int32_t births[] = {Columns::no_date, 0, Columns::unreadable_date, today + 1, today + 2, -25'568};
  const std::int64_t year_2000 = 946'684'800'000;
  const std::int64_t times[] = {Columns::no_time, year_2000,     Columns::unreadable_time,
                                year_2000 - 1,    1'772'236'800, year_2000 + 1};
  const std::int8_t genders[] = {-1, 0, 2, 3, 127, -128};
  const std::uint8_t status[] = {0, 1, 3, 4, 255, 2};
  const std::uint8_t channel[] = {9};
  const std::int32_t codes[] = {0, 1, 2, -1, 0, 0};
  const std::string_view names[] = {"DANAL", ""};
  Columns columns;
  columns.rows = 6;
  columns.birth_date = births;
  columns.verified_at = times;
  columns.gender = genders;
  columns.status = status;
  columns.channel_type = channel;
  columns.provider = {codes, names};
  std::map<std::string_view, std::array<std::size_t, 3>> seen;
  for (const auto& s : inspect(columns, night)) seen[s.name] = {s.missing, s.unreadable, s.first_unreadable};
  const auto is = [&](std::string_view name, std::array<std::size_t, 3> wanted) {
    EXPECT_EQ(seen.at(name), wanted) << name;
  };
  is("birth_date", {1, 3, 2});
  is("verified_at", {1, 3, 2});
  is("gender", {2, 2, 3});
  is("status", {1, 2, 3});
  is("channel_type", {0, 6, 0});
  is("provider", {3, 0, 0});
  for (const auto name :
       {"foreigner", "carrier", "mvno", "present", "self_declared", "channel_key", "pg_merchant_id"}) {
    is(name, {6, 0, 0});
  }
  EXPECT_EQ(column_names().size(), seen.size());
}

TEST(PolicyColumns, ATimeThatNobodyUnderstandsIsNotFresh) {
  const Policy policy = Policy::parse(R"({"name": "f", "rules": [{"fresh": {"within": "10m"}}]})").value();
  const std::int64_t times[] = {Columns::unreadable_time, Columns::no_time, night.time_since_epoch().count()};
  Columns columns;
  columns.rows = 3;
  columns.verified_at = times;
  std::uint64_t failed[3], unknown[3];
  ASSERT_TRUE(policy.evaluate_columns(columns, night, {{}, failed, unknown}).ok());
  std::size_t fresh = 0;
  while (policy.rules()[fresh].code != "fresh") ++fresh;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(failed[i] >> fresh & 1, 0U);
    EXPECT_EQ(unknown[i] >> fresh & 1, i < 2 ? 1U : 0U);
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
