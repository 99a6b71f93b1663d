// Every case of tests/vectors/lookup.json, and what the other answers of the family hold.

#include "lookup/record.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/observed.hpp"
#include "support/vectors.hpp"

namespace bonin::test {
namespace {

Json value_of(const std::string& text) { return text; }
Json value_of(Date date) { return to_string(date); }
Json value_of(bool flag) { return flag; }
Json value_of(Gender gender) { return to_string(gender); }
Json value_of(Carrier carrier) { return to_string(carrier); }

Json person_of(const Person& person) {
  Json json = Json::object();
  const auto add = [&json](const char* name, const auto& attribute) {
    if (attribute.attestation() == Attestation::absent) return;
    json[name] = {to_string(attribute.attestation()), attribute.present() ? value_of(*attribute.reveal()) : Json()};
  };
  add("name", person.name);
  add("birth_date", person.birth_date);
  add("gender", person.gender);
  add("foreigner", person.foreigner);
  add("phone", person.phone);
  add("carrier", person.carrier);
  add("mvno", person.mvno);
  add("ci", person.ci);
  add("di", person.di);
  return json;
}

Json flat(const Verification& v) {
  const auto moment = [](const std::optional<Moment>& m) { return m ? Json(to_string(*m)) : Json(); };
  Json json{{"status", to_string(v.status)},
            {"provider", v.provider},
            {"channel_type", to_string(v.channel.type)},
            {"channel",
             {{"id", v.channel.id},
              {"key", v.channel.key},
              {"name", v.channel.name},
              {"pg_merchant_id", v.channel.pg_merchant_id}}},
            {"merchant_uid", v.merchant_uid},
            {"custom_data", v.custom_data},
            {"origin", v.origin},
            {"pg_tx_id", v.pg_tx_id},
            {"requested_at", moment(v.requested_at)},
            {"verified_at", moment(v.verified_at)},
            {"failure", Json()},
            {"person", person_of(v.person)}};
  if (v.failure) {
    json["failure"] = {
        {"reason", v.failure->reason}, {"pg_code", v.failure->pg_code}, {"pg_message", v.failure->pg_message}};
  }
  return json;
}

Result<VerificationPtr> read(const std::string& api, std::string body, const std::string& id) {
  return api == "v1" ? read_v1(std::move(body), id, {}) : read_v2(std::move(body), id, {});
}

TEST(Record, SharedCases) {
  const auto cases = vectors("lookup.json");
  ASSERT_GE(cases.size(), 100U);
  for (const auto& test : cases) {
    SCOPED_TRACE(test.at("name").get<std::string>() + ": " + test.at("why").get<std::string>());
    const std::string body = body_of(test), id = test.at("id");
    const auto result = read(test.at("api"), body, id);
    const auto& expect = test.at("expect");
    if (expect.contains("error")) {
      if (result) {
        ADD_FAILURE() << "no error, but " << describe(*result.value());
        continue;
      }
      EXPECT_EQ(result.error().name(), expect["error"].get<std::string>());
      EXPECT_EQ(result.error().what().find("보닌"), std::string::npos);
      continue;
    }
    if (!result) {
      ADD_FAILURE() << result.error().what();
      continue;
    }
    EXPECT_EQ(result.value()->id, id);
    EXPECT_EQ(to_string(result.value()->api), test.at("api").get<std::string>());
    EXPECT_EQ(result.value()->raw, body);
    const auto seen = flat(*result.value());
    for (const auto& [field, value] : expect.at("verification").items()) EXPECT_EQ(seen.at(field), value) << field;
    EXPECT_EQ(describe(*result.value()).find("보닌"), std::string::npos);
  }
}

TEST(Record, FaultsOfTheTable) {
  const auto cases = vectors("lookup.json");
  /// What became of the cases of these names: their errors, or what `fact` says of them. One text if all agree.
  const auto outcome = [&](std::initializer_list<std::string_view> names, auto fact) {
    std::set<std::string> all;
    for (const auto name : names) {
      const auto test = std::find_if(cases.begin(), cases.end(), [&](const Json& one) { return one["name"] == name; });
      EXPECT_NE(test, cases.end()) << name;
      if (test == cases.end()) continue;
      const auto result = read((*test)["api"], body_of(*test), (*test)["id"]);
      all.insert(result ? fact(*result.value()) : "`" + std::string(result.error().name()) + "`");
    }
    std::string text;
    for (const auto& one : all) text += (text.empty() ? "" : ", ") + one;
    return text;
  };
  const auto status = [](const Verification& v) { return "read as " + std::string(to_string(v.status)); };
  const auto person = [](const Verification& v) {
    return "read, attributes: " + std::to_string(person_of(v.person).size());
  };
  const auto check = [](int fault, const std::string& seen, const std::string& expected,
                        const std::string& words = "") {
    EXPECT_EQ(seen, expected);
    observed(fault, words + seen);
  };
  check(18,
        outcome({"v2 cut short", "v1 empty body", "v2 not UTF-8", "v2 UTF-16", "v2 nested 10,000 deep",
                 "v1 lists nested 10,000 deep"},
                status),
        "`unreadable_answer`", "cut short, empty, not UTF-8, nested 10,000 deep: ");
  check(19, outcome({"v1 certified twice", "v2 status twice", "v2 key twice by an escape"}, status),
        "`unreadable_answer`");
  check(20, outcome({"v2 unknown fields", "v1 unknown fields"}, status), "read as verified");
  check(21, outcome({"v2 unknown status", "v2 status in lower case", "v2 status null"}, status), "read as unknown",
        "a status: ");
  check(22, outcome({"v1 all null", "v2 all null", "v2 all empty"}, person), "read, attributes: 0",
        "nothing is there: ");
  check(23, outcome({"v1 certified as text", "v1 certified as number"}, status), "read as unknown");
  check(25, outcome({"v1 another id", "v1 no id", "v2 another id", "v2 id in upper case", "v2 id null"}, status),
        "`mismatched_answer`");
  check(26, outcome({"v1 code 0 with null"}, status), "`not_found`");
  const auto birth = [](const Verification& v) {
    const auto& date = v.person.birth_date;
    return "the birth date is " + std::string(date.masked()) + (date.present() ? " and present" : " and gives nothing");
  };
  check(29,
        outcome({"v2 birth date 30 February", "v2 birth date 29 February of a common year", "v2 birth date of 1899",
                 "v2 birth date of the year 0", "v2 birth date of month 13", "v1 birth date unreadable"},
                birth),
        "the birth date is unreadable and gives nothing");
  defended(1, "the id in the answer must be the id that was asked for");
  defended(9, "a CI that is null or empty is absent");
}

// As many as an answer has room for: to compare each with each would outlast the test's time.
TEST(Record, TheSameKeyTwiceIsFoundAmongVeryMany) {
  const auto answer = [](int keys, const std::string& last) {
    std::string body = R"({"id": "iv-1", "more": {)";
    for (int i = 0; i < keys; ++i) body += "\"" + std::to_string(i) + "\":1,";
    return body + "\"" + last + "\":1}}";
  };
  for (const int keys : {5, 40, 100'000}) {
    EXPECT_TRUE(read_v2(answer(keys, "a"), "iv-1", {})) << keys;
    for (const int twice : {0, keys / 2, keys - 1}) {
      const auto result = read_v2(answer(keys, std::to_string(twice)), "iv-1", {});
      ASSERT_FALSE(result) << keys << " " << twice;
      EXPECT_EQ(result.error().kind, ErrorKind::unreadable_answer);
    }
  }
  observed(73, "an answer with 100,000 keys is read, and a key that comes twice among them is found");
}

TEST(Record, OneMistakeDoesNotSpoilTheNextAnswer) {
  const auto cases = vectors("lookup.json");
  const auto& good = cases[1];
  ASSERT_EQ(good.at("name"), "v2 complete");
  for (const auto& test : cases) {
    if (!test.at("expect").contains("error")) continue;
    EXPECT_FALSE(read(test.at("api"), body_of(test), test.at("id")));
    const auto again = read_v2(body_of(good), good.at("id").get<std::string>(), {});
    ASSERT_TRUE(again) << test.at("name");
    EXPECT_EQ(flat(*again.value()).at("person"), good.at("expect").at("verification").at("person"));
  }
}

TEST(Record, ConfirmationIsWrapped) {
  const auto good = vectors("lookup.json")[1];
  const std::string id = good.at("id");
  const Json wrapped{{"identityVerification", good.at("body")}};
  const auto confirmed = read_v2_confirmed(wrapped.dump(), id, {});
  ASSERT_TRUE(confirmed);
  EXPECT_EQ(confirmed.value()->status, Status::verified);
  EXPECT_EQ(read_v2_confirmed(wrapped.dump(), "another", {}).error().kind, ErrorKind::mismatched_answer);
  EXPECT_EQ(read_v2_confirmed(good.at("body").dump(), id, {}).error().kind, ErrorKind::unreadable_answer);
}

TEST(Record, Page) {
  const auto good = vectors("lookup.json")[1];
  Json second = good.at("body");
  second["id"] = "iv-2";
  const Json page{{"items", {good.at("body"), second}}, {"page", {{"number", 3}, {"size", 2}, {"totalCount", 9}}}};
  const auto read = read_v2_page(page.dump(), {});
  ASSERT_TRUE(read);
  EXPECT_EQ(read.value().number, 3);
  EXPECT_EQ(read.value().size, 2);
  EXPECT_EQ(read.value().total_count, 9);
  ASSERT_EQ(read.value().items.size(), 2U);
  EXPECT_EQ(read.value().items[1]->id, "iv-2");
  EXPECT_EQ(Json::parse(read.value().items[1]->raw), second);

  const auto refused = [&](Json::json_pointer where, Json value) {
    Json wrong = page;
    wrong[where] = std::move(value);
    return read_v2_page(wrong.dump(), {});
  };
  using P = Json::json_pointer;
  for (const auto& result :
       {refused(P("/items"), nullptr), refused(P("/items"), Json::object()), refused(P("/items/0"), 7),
        refused(P("/items/0/id"), ".."), refused(P("/items/0/id"), nullptr), refused(P("/page"), nullptr),
        refused(P("/page/number"), -1), refused(P("/page/size"), "2"), refused(P("/page/totalCount"), 3'000'000'000)}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::unreadable_answer);
  }
}

TEST(Record, V1OtpAnswersAnId) {
  EXPECT_EQ(read_v1_imp_uid(R"({"code":0,"message":null,"response":{"imp_uid":"imp_77"}})").value(), "imp_77");
  for (const char* body : {R"({"code":0,"response":{"imp_uid":"../x"}})", R"({"code":0,"response":{"imp_uid":null}})",
                           R"({"code":0,"response":[]})"}) {
    EXPECT_EQ(read_v1_imp_uid(body).error().kind, ErrorKind::unreadable_answer) << body;
  }
  EXPECT_TRUE(read_v1_done(R"({"code":0,"message":null,"response":null})"));
  EXPECT_EQ(read_v1_done(R"({"code":1,"message":"x","response":null})").error().portone_code, "1");
}

}  // namespace
}  // namespace bonin::test
