// Personas and the sandbox's own operations.

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "support/sandbox_fixture.hpp"

namespace {

using namespace bonin::sandbox_test;

// ---- personas -----------------------------------------------------------------------------------

TEST_F(SandboxTest, EveryPersonaWorksInBothApis) {
  const auto personas = control("personas").at("personas");
  EXPECT_EQ(personas.size(), 15u);
  for (const auto& persona : personas) {
    EXPECT_FALSE(persona.at("ko").get<std::string>().empty());
    EXPECT_FALSE(persona.at("en").get<std::string>().empty());
    const auto name = persona.at("name");
    EXPECT_EQ(v2(verify({{"persona", name}, {"api", "v2"}})).at("status"), persona.at("status")) << name;
    EXPECT_EQ(v1(verify({{"persona", name}, {"api", "v1"}})).at("certified"), persona.at("status") == "VERIFIED")
        << name;
  }
}

TEST_F(SandboxTest, BirthDatesFollowTheClockInKorea) {
  const auto set_clock = [&](std::int64_t ms) {
    control("advance", {{"ms", ms - control("info").at("now_ms").get<std::int64_t>()}});
  };
  const auto birth = [&](const char* persona) {
    return v2(verify({{"persona", persona}})).at("verifiedCustomer").at("birthDate").get<std::string>();
  };
  set_clock(1'784'127'600'000);  // 2026-07-15T15:00:00Z is 16 July in Korea
  EXPECT_EQ(birth("born_today_19"), "2007-07-16");
  EXPECT_EQ(birth("born_tomorrow_19"), "2007-07-17");
  set_clock(1'784'127'600'000 - 60'000);
  EXPECT_EQ(birth("born_today_19"), "2007-07-15");
  EXPECT_EQ(birth("leap_day"), "2004-02-29");
}

TEST_F(SandboxTest, OnePersonKeepsOneCiAndHasADiForEachMerchant) {
  const auto who = [&](const Json& arguments) { return v2(verify(arguments)).at("verifiedCustomer"); };
  const auto first = who({{"persona", "adult"}}), again = who({{"persona", "adult"}});
  EXPECT_EQ(first, again);
  const auto elsewhere = who({{"persona", "adult"}, {"pg_merchant_id", "another-shop"}});
  EXPECT_EQ(first.at("ci"), elsewhere.at("ci"));
  EXPECT_NE(first.at("di"), elsewhere.at("di"));
  EXPECT_NE(first.at("ci"), who({{"persona", "foreigner"}}).at("ci"));
}

TEST_F(SandboxTest, ProvidersTellWhatTheyTell) {
  const auto kakao = v2(verify({{"persona", "kakao_without_ci"}}));
  EXPECT_EQ(kakao.at("channel").at("pgProvider"), "INICIS_UNIFIED");
  EXPECT_FALSE(kakao.at("verifiedCustomer").contains("ci"));
  EXPECT_FALSE(kakao.at("verifiedCustomer").contains("di"));
  const auto inicis = v2(verify({{"persona", "inicis_without_di"}})).at("verifiedCustomer");
  EXPECT_TRUE(inicis.contains("ci"));
  EXPECT_FALSE(inicis.contains("di"));
  EXPECT_FALSE(inicis.contains("operator"));
  EXPECT_EQ(v2(verify({{"persona", "test_channel"}})).at("channel").at("type"), "TEST");
  EXPECT_EQ(v1(verify({{"persona", "test_channel"}, {"api", "v1"}})).at("pg_tid").get<std::string>().substr(0, 16),
            "INISA_MIIiasTest");
}

TEST_F(SandboxTest, PeopleOfOnesOwnAndRawFields) {
  const Json person{{"name", "나본인"}, {"birth_date", "2001-02-03"},
                    {"gender", "male"}, {"carrier", "LGU"},
                    {"mvno", true},     {"di", nullptr}};
  const auto r = v1(verify({{"person", person}, {"api", "v1"}}));
  EXPECT_EQ(r.at("name"), "나본인");
  EXPECT_EQ(r.at("carrier"), "LGT_MVNO");
  EXPECT_TRUE(r.at("unique_in_site").is_null());
  EXPECT_EQ(r.at("unique_key").get<std::string>().size(), 88u);
  EXPECT_TRUE(r.at("foreigner_v2").is_null());
  control("add_person", {{"name", "me"}, {"person", person}, {"provider", "KCP_V2"}});
  EXPECT_EQ(v2(verify({{"persona", "me"}})).at("channel").at("pgProvider"), "KCP_V2");
  const auto odd =
      v1(verify({{"api", "v1"}, {"overrides", {{"certified", "true"}, {"unique_key", ""}, {"news", {1, 2}}}}}));
  EXPECT_EQ(odd.at("certified"), "true");
  EXPECT_EQ(odd.at("unique_key"), "");
  EXPECT_EQ(odd.at("news"), (Json{1, 2}));
  const auto deep = v2(verify(
      {{"overrides", {{"/verifiedCustomer/birthDate", "2023-02-29"}, {"channel", nullptr}}}, {"omit", {"version"}}}));
  EXPECT_EQ(deep.at("verifiedCustomer").at("birthDate"), "2023-02-29");
  EXPECT_TRUE(deep.at("channel").is_null());
  EXPECT_FALSE(deep.contains("version"));
}

// ---- operations ---------------------------------------------------------------------------------

TEST_F(SandboxTest, MistakesNameTheParameter) {
  EXPECT_EQ(refused("dance", Json::object()), "operation");
  EXPECT_EQ(refused("info", {{"x", 1}}), "x");
  EXPECT_EQ(refused("verify", {{"persona", "nobody"}}), "persona");
  EXPECT_EQ(refused("verify", {{"persona", 3}}), "persona");
  EXPECT_EQ(refused("verify", {{"api", "v3"}}), "api");
  EXPECT_EQ(refused("verify", {{"colour", "red"}}), "colour");
  EXPECT_EQ(refused("verify", {{"person", {{"birth_date", "2023-02-29"}}}}), "person.birth_date");
  EXPECT_EQ(refused("verify", {{"verified_at_ms", -1}}), "verified_at_ms");
  EXPECT_EQ(refused("verify", {{"status", "DONE"}}), "status");
  EXPECT_EQ(refused("fault", Json::object()), "kind");
  EXPECT_EQ(refused("fault", {{"kind", "explode"}}), "kind");
  EXPECT_EQ(refused("fault", {{"kind", "reset"}, {"times", 0}}), "times");
  EXPECT_EQ(refused("fault", {{"kind", "reset"}, {"match", {{"host", "x"}}}}), "match.host");
  EXPECT_EQ(refused("fault", {{"kind", "respond"}, {"headers", {{"X", "a\r\nb"}}}}), "headers");
  EXPECT_EQ(refused("advance", {{"ms", "1"}}), "ms");
  EXPECT_EQ(refused("advance", {{"ms", INT64_MAX}}), "ms");
  EXPECT_EQ(refused("otp", {{"id", "nobody"}}), "id");
  const auto bad = sandbox->control("verify", "[");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().parameter, "json");
}

TEST_F(SandboxTest, OperationsOverHttp) {
  EXPECT_EQ(get("/sandbox/info").json().at("url"), sandbox->url());
  const std::string id = post("/sandbox/verify", {{"persona", "adult"}}).json().at("id");
  EXPECT_EQ(v2(id).at("id"), id);
  const auto refusal = post("/sandbox/verify", {{"persona", "nobody"}});
  EXPECT_EQ(refusal.status, 400);
  EXPECT_EQ(refusal.json().at("error").at("parameter"), "persona");
  EXPECT_EQ(refusal.json().at("error").at("kind"), "invalid_argument");
  EXPECT_EQ(get("/sandbox/verify").status, 404);
  EXPECT_EQ(get("/sandbox/requests?limit=0").json().at("requests").size(), 0u);
  const auto info_with = [&](const std::string& header) {
    return client.send("GET", sandbox->url() + "/sandbox/info", "", nullptr, {header}).status;
  };
  EXPECT_EQ(info_with("Origin: http://evil.example"), 403);
  for (const char* foreign : {"evil.example", "127.evil.example:80", "localhost.evil.example", "10.0.0.1", "x]"}) {
    EXPECT_EQ(info_with(std::string("Host: ") + foreign), 403) << foreign;
  }
  for (const char* own : {"localhost", "localhost:1", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:80"}) {
    EXPECT_EQ(info_with(std::string("Host: ") + own), 200) << own;
  }
}

TEST_F(SandboxTest, RequestsAreCountedWithoutTheirTokens) {
  const auto id = verify({{"api", "v1"}});
  const auto bearer = token();
  client.send("GET", sandbox->url() + "/certifications/" + id, "Bearer " + bearer, nullptr, {"Tier: ABC"});
  get("/certifications/" + id, bearer);
  get("/identity-verifications/" + id + "?storeId=store-x", secret);
  get("/nowhere");
  const auto log = control("requests");
  EXPECT_EQ(log.at("total"), 5);
  EXPECT_EQ(log.at("connections"), 1);
  EXPECT_EQ(log.at("by_route").at("GET /certifications/{id}"), 2);
  EXPECT_EQ(log.at("by_route").at("unknown"), 1);
  const auto& all = log.at("requests");
  EXPECT_TRUE(all[0].at("authorization").is_null());
  EXPECT_EQ(all[1].at("authorization"), "Bearer");
  EXPECT_EQ(all[1].at("tier"), "ABC");
  EXPECT_EQ(all[2].at("authorization"), "raw");
  EXPECT_EQ(all[3].at("authorization"), "PortOne");
  EXPECT_EQ(all[3].at("store_id"), "store-x");
  EXPECT_EQ(all[3].at("status"), 403);
  EXPECT_EQ(log.dump().find(bearer), std::string::npos);
  EXPECT_EQ(log.dump().find("sandbox-api-secret"), std::string::npos);
  EXPECT_EQ(control("requests", {{"limit", 1}}).at("requests").at(0).at("path"), "/nowhere");
  control("clear_requests");
  EXPECT_EQ(control("requests").at("total"), 0);
}

TEST_F(SandboxTest, ResetForgetsEverything) {
  const auto id = verify({{"api", "v2"}});
  control("advance", {{"ms", 3'600'000}});
  control("fault", {{"kind", "reset"}});
  control("reset");
  EXPECT_EQ(get("/identity-verifications/" + id, secret).status, 404);
  EXPECT_EQ(control("requests").at("total"), 1);
}

}  // namespace
