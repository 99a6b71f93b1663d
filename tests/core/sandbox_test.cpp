// The sandbox as clients of V1 and V2 see it: over a real socket.

#include <gtest/gtest.h>

#include <string>

#include "support/sandbox_fixture.hpp"

namespace {

using namespace bonin::sandbox_test;

// ---- where it listens ---------------------------------------------------------------------------

TEST_F(SandboxTest, ListensOnLoopbackOnlyUnlessTold) {
  for (const char* host : {"0.0.0.0", "::", "10.1.2.3", "example.com", ""}) {
    Options options;
    options.host = host;
    auto started = Sandbox::start(options);
    ASSERT_FALSE(started) << host;
    EXPECT_EQ(started.error().kind, ErrorKind::invalid_argument);
    EXPECT_EQ(started.error().parameter, "host");
  }
  Options remote;
  remote.host = "0.0.0.0";
  remote.allow_remote = true;
  EXPECT_TRUE(Sandbox::start(remote));
}

TEST_F(SandboxTest, APortInUseIsRefused) {
  const auto port = std::stoi(sandbox->url().substr(sandbox->url().rfind(':') + 1));
  Options options;
  options.port = static_cast<std::uint16_t>(port);
  auto second = Sandbox::start(options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().parameter, "port");
}

TEST_F(SandboxTest, StoppedIsClosed) {
  sandbox->stop();
  sandbox->stop();
  auto result = sandbox->control("info", "{}");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::closed);
  EXPECT_NE(get("/sandbox/info").code, CURLE_OK);
}

// ---- V1 -----------------------------------------------------------------------------------------

TEST_F(SandboxTest, V1TokenLivesHalfAnHourAndIsExtendedInItsLastMinuteOnly) {
  const auto first = get_token();
  const std::int64_t expiry = first.at("expired_at");
  EXPECT_EQ(expiry - first.at("now").get<std::int64_t>(), 1800);
  control("advance", {{"ms", 1'700'000}});
  EXPECT_EQ(get_token().at("access_token"), first.at("access_token"));
  EXPECT_EQ(get_token().at("expired_at"), expiry);
  control("advance", {{"ms", 50'000}});
  EXPECT_EQ(get_token().at("access_token"), first.at("access_token"));
  EXPECT_EQ(get_token().at("expired_at"), expiry + 300);
  const auto id = verify({{"api", "v1"}});
  control("advance", {{"ms", 300'000}});
  EXPECT_EQ(get("/certifications/" + id, first.at("access_token")).status, 200);
  control("advance", {{"ms", 60'000}});
  EXPECT_EQ(get("/certifications/" + id, first.at("access_token")).status, 401);
  EXPECT_NE(get_token().at("access_token"), first.at("access_token"));
}

TEST_F(SandboxTest, V1TokenTakesFormsAndRefusesOtherCredentials) {
  const std::string form = "imp_key=sandbox-imp-key&imp_secret=sandbox%2Dimp%2Dsecret";
  auto reply = client.send("POST", sandbox->url() + "/users/getToken", "", &form);
  EXPECT_EQ(reply.status, 200);
  reply = post("/users/getToken", {{"imp_key", "sandbox-imp-key"}, {"imp_secret", "wrong"}});
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(
      reply.json(),
      (Json{{"code", -1}, {"message", "인증에 실패하였습니다. API키와 secret을 확인하세요."}, {"response", nullptr}}));
  const std::string broken = "{\"imp_key\":";
  EXPECT_EQ(client.send("POST", sandbox->url() + "/users/getToken", "", &broken, {json_type}).status, 400);
}

TEST_F(SandboxTest, V1LookupHasItsEnvelopeAndTakesBothHeaders) {
  const auto id = verify({{"api", "v1"}, {"merchant_uid", "order-1"}, {"verified_at_ms", 1'700'000'000'123}});
  const auto reply = get("/certifications/" + id + "?_token=x", "Bearer " + token());
  ASSERT_EQ(reply.status, 200);
  const auto json = reply.json();
  EXPECT_EQ(json.at("code"), 0);
  EXPECT_TRUE(json.at("message").is_null());
  const auto& r = json.at("response");
  EXPECT_EQ(r.at("imp_uid"), id);
  EXPECT_EQ(id.substr(0, 4), "imp_");
  EXPECT_EQ(r.at("merchant_uid"), "order-1");
  EXPECT_EQ(r.at("certified"), true);
  EXPECT_EQ(r.at("certified_at"), 1'700'000'000);
  EXPECT_EQ(r.at("birthday"), "1990-03-15");
  EXPECT_EQ(r.at("birth"), 637426800);  // 1990-03-14T15:00:00Z
  EXPECT_EQ(r.at("foreigner_v2"), false);
  EXPECT_EQ(r.at("unique_key").get<std::string>().size(), 88u);
  EXPECT_EQ(r.at("unique_in_site").get<std::string>().size(), 64u);
  EXPECT_EQ(get("/certifications/" + id, token()).status, 200);
  for (const char* wrong : {"", "Bearer x", "PortOne sandbox-api-secret"}) {
    EXPECT_EQ(get("/certifications/" + id, wrong).status, 401) << wrong;
  }
  const auto missing = get("/certifications/imp_999", token());
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.json().at("message"), "인증결과가 존재하지 않습니다.");
  EXPECT_NE(missing.json().at("code"), 0);
}

TEST_F(SandboxTest, V1UnfinishedIsCodeZeroWithNulls) {
  const auto r = v1(verify({{"api", "v1"}, {"persona", "unfinished"}}));
  EXPECT_EQ(r.at("certified"), false);
  EXPECT_EQ(r.at("certified_at"), 0);
  EXPECT_EQ(r.at("birth"), 0);
  for (const char* name :
       {"name", "birthday", "gender", "phone", "carrier", "unique_key", "unique_in_site", "foreigner_v2"}) {
    EXPECT_TRUE(r.at(name).is_null()) << name;
  }
}

TEST_F(SandboxTest, V1EraseForgets) {
  const auto id = verify({{"api", "v1"}});
  EXPECT_EQ(client.send("DELETE", sandbox->url() + "/certifications/" + id, "").status, 401);
  EXPECT_EQ(client.send("DELETE", sandbox->url() + "/certifications/" + id, token()).status, 200);
  EXPECT_EQ(get("/certifications/" + id, token()).status, 404);
  EXPECT_EQ(get("/identity-verifications/" + id, secret).status, 404);
  EXPECT_EQ(client.send("DELETE", sandbox->url() + "/certifications/" + id, token()).status, 404);
}

TEST_F(SandboxTest, V1OtpFlow) {
  Json body{{"name", "홍길동"},    {"phone", "01012345678"}, {"birth", "040229"},
            {"gender_digit", "3"}, {"carrier", "LGT"},       {"channel_key", control("info").at("channel_key")}};
  for (const char* name : {"name", "phone", "birth", "gender_digit", "carrier", "channel_key"}) {
    Json without = body;
    without.erase(name);
    EXPECT_EQ(post("/certifications/otp/request", without, token()).status, 400) << name;
  }
  Json impossible = body;
  impossible["birth"] = "050229";
  EXPECT_EQ(post("/certifications/otp/request", impossible, token()).status, 400);
  EXPECT_EQ(post("/certifications/otp/request", body).status, 401);
  const auto asked = post("/certifications/otp/request", body, token());
  ASSERT_EQ(asked.status, 200) << asked.body;
  const std::string id = asked.json().at("response").at("imp_uid");
  EXPECT_EQ(v1(id).at("certified"), false);
  const std::string otp = control("otp", {{"id", id}}).at("otp");
  const auto confirm = "/certifications/otp/confirm/" + id;
  EXPECT_EQ(post(confirm, Json::object(), token()).status, 400);
  EXPECT_EQ(post(confirm, {{"otp", otp == "111111" ? "222222" : "111111"}}, token()).status, 500);
  EXPECT_EQ(post("/certifications/otp/confirm/imp_1", {{"otp", otp}}, token()).status, 404);
  const auto done = post(confirm, {{"otp", otp}}, token());
  ASSERT_EQ(done.status, 200);
  EXPECT_EQ(done.json().at("response").at("certified"), true);
  EXPECT_EQ(done.json().at("response").at("birthday"), "2004-02-29");
  EXPECT_EQ(done.json().at("response").at("carrier"), "LGT");
  EXPECT_EQ(post(confirm, {{"otp", otp}}, token()).status, 400);
}

// ---- V2 -----------------------------------------------------------------------------------------

TEST_F(SandboxTest, V2LookupLeavesOutWhatIsAbsent) {
  const auto full = v2(verify({{"custom_data", "{\"order\":1}"}}));
  EXPECT_EQ(full.at("status"), "VERIFIED");
  EXPECT_EQ(full.at("version"), "V2");
  EXPECT_EQ(full.at("channel").at("type"), "LIVE");
  EXPECT_EQ(full.at("customData"), "{\"order\":1}");
  EXPECT_EQ(full.at("verifiedCustomer").at("gender"), "FEMALE");
  const auto bare = v2(verify({{"persona", "bare"}}));
  EXPECT_FALSE(bare.contains("channel"));
  EXPECT_FALSE(bare.contains("customData"));
  ASSERT_EQ(bare.at("verifiedCustomer").size(), 1u);
  EXPECT_TRUE(bare.at("verifiedCustomer").contains("name"));
  for (const char* name : {"requestedAt", "updatedAt", "statusChangedAt", "verifiedAt", "pgTxId", "pgRawResponse"}) {
    EXPECT_TRUE(bare.at(name).is_string()) << name;
  }
  const auto failed = v2(verify({{"persona", "failed"}}));
  EXPECT_EQ(failed.at("status"), "FAILED");
  EXPECT_TRUE(failed.at("failure").contains("pgCode"));
  EXPECT_FALSE(failed.contains("verifiedCustomer"));
  EXPECT_EQ(v2(verify({{"persona", "unfinished"}})).at("status"), "READY");
}

TEST_F(SandboxTest, V2StatusesAndTypes) {
  const auto id = verify({{"api", "v2"}});
  const auto path = "/identity-verifications/" + id;
  EXPECT_EQ(get(path).json().at("type"), "UNAUTHORIZED");
  EXPECT_EQ(get(path, "PortOne wrong").status, 401);
  EXPECT_EQ(get(path + "?storeId=store-other", secret).status, 403);
  EXPECT_EQ(get(path + "?storeId=store-other", secret).json().at("type"), "FORBIDDEN");
  EXPECT_EQ(get(path + "?storeId=" + control("info").at("store_id").get<std::string>(), secret).status, 200);
  const auto missing = get("/identity-verifications/nobody", secret);
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.json().at("type"), "IDENTITY_VERIFICATION_NOT_FOUND");
  EXPECT_EQ(get("/payments/x", secret).status, 404);
}

TEST_F(SandboxTest, V1RecordsAreReadableThroughV2ButNotTheOtherWayRound) {
  const auto id = verify({{"api", "v1"}});
  EXPECT_EQ(v2(id).at("version"), "V1");
  EXPECT_EQ(v2(id).at("id"), id);
  EXPECT_EQ(get("/certifications/" + verify({{"api", "v2"}}), token()).status, 404);
}

TEST_F(SandboxTest, V2EveryLoginKillsTheEarlierRefreshToken) {
  const auto login = post("/login/api-secret", {{"apiSecret", "sandbox-api-secret"}}).json();
  const auto second = post("/token/refresh", {{"refreshToken", login.at("refreshToken")}});
  ASSERT_EQ(second.status, 200);
  EXPECT_EQ(post("/token/refresh", {{"refreshToken", login.at("refreshToken")}}).status, 401);
  post("/login/api-secret", {{"apiSecret", "sandbox-api-secret"}});
  EXPECT_EQ(post("/token/refresh", {{"refreshToken", second.json().at("refreshToken")}}).status, 401);
  const auto path = "/identity-verifications/" + verify({{"api", "v2"}});
  const auto bearer = "Bearer " + login.at("accessToken").get<std::string>();
  EXPECT_EQ(get(path, bearer).status, 200);
  control("advance", {{"ms", 29 * 60'000}});
  EXPECT_EQ(get(path, bearer).status, 200);
  control("advance", {{"ms", 60'000}});
  EXPECT_EQ(get(path, bearer).status, 401);
  const auto last = post("/login/api-secret", {{"apiSecret", "sandbox-api-secret"}}).json();
  control("advance", {{"ms", 86'400'000}});
  EXPECT_EQ(post("/token/refresh", {{"refreshToken", last.at("refreshToken")}}).status, 401);
}

TEST_F(SandboxTest, V2LoginsRefuse) {
  EXPECT_EQ(post("/login/api-secret", {{"apiSecret", "wrong"}}).json().at("type"), "UNAUTHORIZED");
  EXPECT_EQ(post("/login/api-secret", Json::object()).json().at("type"), "INVALID_REQUEST");
  EXPECT_EQ(post("/login/api-key", {{"apiKey", "wrong"}}).status, 401);
  const auto early = post("/login/api-key", {{"apiKey", "sandbox-api-key"}}).json();
  const auto path = "/identity-verifications/" + verify({{"api", "v2"}});
  EXPECT_EQ(get(path, "Bearer " + early.at("access_token").get<std::string>()).status, 200);
}

class SandboxSendTest : public SandboxTest {
 protected:
  Json body() {
    return {{"channelKey", control("info").at("channel_key")},
            {"operator", "KT_MVNO"},
            {"method", "SMS"},
            {"customer",
             {{"name", "홍길동"},
              {"phoneNumber", "01012345678"},
              {"ipAddress", "127.0.0.1"},
              {"identityNumber", "9001012"}}}};
  }
  std::string wrong(const std::string& id) {
    return control("otp", {{"id", id}}).at("otp") == "111111" ? "222222" : "111111";
  }
};

TEST_F(SandboxSendTest, SendResendConfirm) {
  EXPECT_EQ(post("/identity-verifications/abc/resend", Json::object(), secret).json().at("type"),
            "IDENTITY_VERIFICATION_NOT_FOUND");
  ASSERT_EQ(post("/identity-verifications/abc/send", body(), secret).status, 200);
  const auto again = post("/identity-verifications/abc/send", body(), secret);
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.json().at("type"), "IDENTITY_VERIFICATION_ALREADY_SENT");
  EXPECT_EQ(v2("abc").at("status"), "READY");
  EXPECT_EQ(post("/identity-verifications/abc/resend", Json::object(), secret).status, 200);
  const auto confirm = std::string("/identity-verifications/abc/confirm");
  EXPECT_EQ(post(confirm, Json::object(), secret).json().at("type"), "INVALID_REQUEST");
  const auto refusal = post(confirm, {{"otp", wrong("abc")}}, secret);
  EXPECT_EQ(refusal.status, 502);
  EXPECT_EQ(refusal.json().at("type"), "PG_PROVIDER");
  EXPECT_TRUE(refusal.json().at("pgCode").is_string());
  EXPECT_EQ(post(confirm, {{"otp", "111111"}, {"storeId", "store-other"}}, secret).status, 403);
  const auto done = post(confirm, {{"otp", control("otp", {{"id", "abc"}}).at("otp")}}, secret);
  ASSERT_EQ(done.status, 200);
  EXPECT_EQ(done.json().at("identityVerification"), v2("abc"));
  EXPECT_EQ(v2("abc").at("verifiedCustomer").at("birthDate"), "1990-01-01");
  EXPECT_EQ(v2("abc").at("verifiedCustomer").at("operator"), "KT_MVNO");
  for (const char* call : {"send", "resend", "confirm"}) {
    const auto late = post(std::string("/identity-verifications/abc/") + call, body(), secret);
    EXPECT_EQ(late.status, 409) << call;
    EXPECT_EQ(late.json().at("type"), "IDENTITY_VERIFICATION_ALREADY_VERIFIED") << call;
  }
}

TEST_F(SandboxSendTest, Refusals) {
  const auto type = [&](const Json& sent) {
    return post("/identity-verifications/x1/send", sent, secret).json().at("type");
  };
  for (const char* name : {"channelKey", "operator", "method", "customer"}) {
    Json without = body();
    without.erase(name);
    EXPECT_EQ(type(without), "INVALID_REQUEST") << name;
  }
  Json other = body();
  other["channelKey"] = "channel-key-nowhere";
  EXPECT_EQ(type(other), "CHANNEL_NOT_FOUND");
  other = body();
  other["storeId"] = "store-other";
  EXPECT_EQ(type(other), "FORBIDDEN");
  const auto unsent = verify({{"persona", "unfinished"}, {"api", "v2"}});
  for (const char* call : {"/resend", "/confirm"}) {
    const auto reply = post("/identity-verifications/" + unsent + call, {{"otp", "123456"}}, secret);
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(reply.json().at("type"), "IDENTITY_VERIFICATION_NOT_SENT");
  }
}

TEST_F(SandboxSendTest, FiveWrongCodesFailAnAttemptAndFiveAttemptsAreTheMost) {
  for (int attempt = 0; attempt < 5; ++attempt) {
    ASSERT_EQ(post("/identity-verifications/x2/send", body(), secret).status, 200) << attempt;
    const auto bad = wrong("x2");
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(post("/identity-verifications/x2/confirm", {{"otp", bad}}, secret).status, 502);
    EXPECT_EQ(v2("x2").at("status"), "FAILED");
  }
  const auto sixth = post("/identity-verifications/x2/send", body(), secret);
  EXPECT_EQ(sixth.status, 400);
  EXPECT_EQ(sixth.json().at("type"), "MAX_TRANSACTION_COUNT_REACHED");
}

TEST_F(SandboxTest, V2ListPagesFiltersAndSorts) {
  for (int i = 0; i < 25; ++i) {
    verify({{"id", "item-" + std::to_string(i)}, {"verified_at_ms", 1'750'000'000'000 + i * 1000}});
  }
  verify({{"persona", "failed"}, {"api", "v2"}, {"verified_at_ms", 1'750'000'100'000}});
  verify({{"persona", "test_channel"}, {"api", "v1"}, {"verified_at_ms", 1'750'000'200'000}});
  const auto list = [&](const Json& query) {
    char* escaped = curl_easy_escape(nullptr, query.dump().c_str(), 0);
    const auto reply = get(std::string("/identity-verifications?requestBody=") + escaped, secret);
    curl_free(escaped);
    return reply;
  };
  const Json range{{"from", "2025-06-01T00:00:00Z"}, {"until", "2025-07-01T00:00:00+09:00"}};
  auto page = list({{"filter", range}}).json();
  EXPECT_EQ(page.at("page"), (Json{{"number", 0}, {"size", 10}, {"totalCount", 27}}));
  EXPECT_EQ(page.at("items").size(), 10u);
  EXPECT_EQ(page.at("items")[0].at("version"), "V1");
  Json filter = range;
  filter["statuses"] = {"VERIFIED"};
  filter["isTest"] = false;
  page = list({{"filter", filter},
               {"page", {{"number", 2}, {"size", 10}}},
               {"sort", {{"by", "VERIFIED_AT"}, {"order", "ASC"}}}})
             .json();
  EXPECT_EQ(page.at("page").at("totalCount"), 25);
  ASSERT_EQ(page.at("items").size(), 5u);
  EXPECT_EQ(page.at("items")[0].at("id"), "item-20");
  filter = range;
  filter["pgProviders"] = {"INICIS_UNIFIED"};
  EXPECT_EQ(list({{"filter", filter}}).json().at("page").at("totalCount"), 1);
  EXPECT_EQ(list({{"filter", {{"identityVerificationId", "item-3"}, {"from", "2025-06-01T00:00:00Z"}}}})
                .json()
                .at("items")
                .size(),
            1u);
  EXPECT_EQ(get("/identity-verifications", secret).json().at("page").at("totalCount"), 0)
      << "ninety days is the default";
  for (const Json& bad :
       {Json{{"page", {{"size", 0}}}}, Json{{"page", {{"number", -1}}}}, Json{{"filter", {{"from", "soon"}}}},
        Json{{"sort", {{"by", "NAME"}}}}, Json{{"filter", {{"statuses", "READY"}}}}, Json::array()}) {
    EXPECT_EQ(list(bad).status, 400) << bad;
  }
  EXPECT_EQ(list({{"filter", {{"storeId", "store-other"}}}}).status, 403);
}

}  // namespace
