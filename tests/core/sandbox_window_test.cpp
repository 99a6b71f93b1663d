// What a browser is served, and the attempts of the sandbox's window.

#include <gtest/gtest.h>

#include <string>

#include "support/sandbox_fixture.hpp"

namespace {

using namespace bonin::sandbox_test;

const std::string id = "0123456789abcdef0123456789abcdef";

class SandboxWindowTest : public SandboxTest {
 protected:
  Json open(const Json& more = Json::object()) {
    Json arguments{{"api", "v2"}, {"id", id}, {"store_id", "s"}, {"channel_key", "c"}, {"origin", "http://shop"}};
    arguments.update(more);
    return control("open_window", arguments);
  }
  Json open_v1(const Json& more = Json::object()) {
    Json arguments{{"api", "v1"}, {"merchant_uid", id}, {"imp_code", "imp1"}, {"origin", "http://shop"}};
    arguments.update(more);
    return control("open_window", arguments);
  }
  Json close(const Json& opened, const Json& more) {
    Json arguments{{"tx_id", opened.at("tx_id")}};
    arguments.update(more);
    return control("close_window", arguments);
  }
  const Json adult{{"outcome", "verified"}, {"persona", "adult"}};
};

// ---- files --------------------------------------------------------------------------------------

TEST_F(SandboxWindowTest, FilesAreServedWithTheirTypes) {
  const struct {
    const char* path;
    const char* type;
    const char* part;
  } files[] = {
      {"/v1/iamport.js", "text/javascript; charset=utf-8", "window.IMP = "},
      {"/v2/browser-sdk.js", "text/javascript; charset=utf-8", "window.PortOne = "},
      {"/sandbox/window", "text/html; charset=utf-8", "<html lang=\"ko\">"},
      {"/sandbox/window.css", "text/css; charset=utf-8", ":root"},
      {"/sandbox/window.js", "text/javascript; charset=utf-8", "close_window"},
  };
  for (const auto& file : files) {
    const auto reply = get(file.path);
    EXPECT_EQ(reply.status, 200) << file.path;
    EXPECT_NE(reply.body.find(file.part), std::string::npos) << file.path;
    EXPECT_EQ(reply.header("Content-Type"), file.type) << file.path;
    EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff") << file.path;
    EXPECT_EQ(reply.header("Access-Control-Allow-Origin"), "") << file.path;
    EXPECT_EQ(get(std::string(file.path) + "?v=1").body, reply.body) << file.path;
    for (const char* method : {"HEAD", "POST", "PUT", "DELETE"}) {
      EXPECT_EQ(client.send(method, sandbox->url() + file.path).status, 404) << method << file.path;
    }
    EXPECT_EQ(get(std::string(file.path) + "/x").status, 404) << file.path;
  }
  EXPECT_EQ(get("/v1/iamport.js").body.find("PortOne ="), std::string::npos);
  EXPECT_EQ(get("/v2/browser-sdk.js").body.find("IMP ="), std::string::npos);
}

TEST_F(SandboxWindowTest, ScriptsAreForEveryPageAndOperationsForNone) {
  const std::string elsewhere = "Origin: http://shop.example";
  const auto from_elsewhere = [&](const std::string& path) {
    return client.send("GET", sandbox->url() + path, "", nullptr, {elsewhere}).status;
  };
  EXPECT_EQ(from_elsewhere("/v1/iamport.js"), 200);
  EXPECT_EQ(from_elsewhere("/v2/browser-sdk.js"), 200);
  EXPECT_EQ(from_elsewhere("/sandbox/personas"), 403);
  const std::string body = Json{{"tx_id", open().at("tx_id")}, {"outcome", "canceled"}}.dump();
  const auto close_from = [&](const std::string& origin) {
    return client.send("POST", sandbox->url() + "/sandbox/close_window", "", &body, {"Origin: " + origin}).status;
  };
  EXPECT_EQ(close_from("http://shop.example"), 403);
  EXPECT_EQ(close_from("null"), 403);
  EXPECT_EQ(v2(id).at("status"), "READY");
  EXPECT_EQ(close_from(sandbox->url()), 200);
  EXPECT_EQ(v2(id).at("status"), "FAILED");
}

TEST_F(SandboxWindowTest, ThePageMayDoNothingButTalkToItsOwnOrigin) {
  const auto policy = get("/sandbox/window").header("Content-Security-Policy");
  for (const char* part : {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'none'"}) {
    EXPECT_NE(policy.find(part), std::string::npos) << part;
  }
}

TEST_F(SandboxWindowTest, FaultsHitTheScriptsButNotTheWindow) {
  control("fault", {{"kind", "status"}, {"status", 503}, {"times", 2}});
  EXPECT_EQ(get("/sandbox/window").status, 200);
  EXPECT_EQ(get("/v1/iamport.js").status, 503);
  EXPECT_EQ(get("/v2/browser-sdk.js").status, 503);
  EXPECT_EQ(get("/v2/browser-sdk.js").status, 200);
  EXPECT_EQ(control("requests").at("by_route"), (Json{{"GET /v1/iamport.js", 1}, {"GET /v2/browser-sdk.js", 2}}));
}

TEST_F(SandboxWindowTest, InfoNamesTheScripts) {
  EXPECT_EQ(control("info").at("v1_script_url"), sandbox->url() + "/v1/iamport.js");
  EXPECT_EQ(control("info").at("v2_script_url"), sandbox->url() + "/v2/browser-sdk.js");
}

// ---- attempts -----------------------------------------------------------------------------------

TEST_F(SandboxWindowTest, V2IsReadyThenVerifiedAndNeverAgain) {
  const auto first = open({{"custom_data", "{}"}, {"customer_id", "me"}}), second = open();
  EXPECT_EQ(v2(id).at("status"), "READY");
  const auto answer = close(first, adult).at("answer");
  EXPECT_EQ(answer, (Json{{"transactionType", "IDENTITY_VERIFICATION"},
                          {"identityVerificationId", id},
                          {"identityVerificationTxId", first.at("tx_id")}}));
  EXPECT_EQ(v2(id).at("status"), "VERIFIED");
  EXPECT_EQ(v2(id).at("customData"), "{}");
  EXPECT_EQ(v2(id).at("verifiedCustomer").at("id"), "me");
  EXPECT_EQ(v2(id).at("channel").at("key"), "c");
  EXPECT_EQ(refused("close_window", {{"tx_id", first.at("tx_id")}, {"outcome", "failed"}}), "tx_id");
  const auto late = close(second, {{"outcome", "failed"}});
  EXPECT_EQ(late.at("refused").at("code"), "IdentityVerificationAlreadyVerified");
  EXPECT_EQ(open().at("refused").at("code"), "IdentityVerificationAlreadyVerified");
  EXPECT_EQ(v2(id).at("status"), "VERIFIED");
}

TEST_F(SandboxWindowTest, V2FailedAndCanceledMayBeTriedAgain) {
  const Json person{{"name", "홍길동"}, {"phone", "01012345678"}};
  const auto failed = close(open({{"person", person}}), {{"outcome", "failed"}}).at("answer");
  EXPECT_EQ(failed.at("code"), "FAILURE_TYPE_PG");
  EXPECT_TRUE(failed.contains("message") && failed.contains("pgCode") && failed.contains("pgMessage"));
  EXPECT_EQ(v2(id).at("status"), "FAILED");
  EXPECT_EQ(v2(id).at("requestedCustomer").at("name"), "홍길동");
  const auto again = open();
  const auto canceled = close(again, {{"outcome", "canceled"}}).at("answer");
  EXPECT_EQ(canceled, again.at("canceled"));
  EXPECT_EQ(canceled.at("code"), "FAILURE_TYPE_PG");
  EXPECT_FALSE(canceled.contains("pgCode"));
  EXPECT_TRUE(close(open(), adult).contains("answer"));
}

TEST_F(SandboxWindowTest, V1HasAnImpUidForEachAttempt) {
  const auto first = open_v1(), second = open_v1();
  const auto answer = close(first, adult).at("answer");
  const std::string imp_uid = answer.at("imp_uid");
  EXPECT_EQ(answer, (Json{{"success", true},
                          {"imp_uid", imp_uid},
                          {"merchant_uid", id},
                          {"pg_provider", "danal"},
                          {"pg_type", "certification"},
                          {"error_code", nullptr},
                          {"error_msg", nullptr}}));
  EXPECT_EQ(v1(imp_uid).at("certified"), true);
  EXPECT_EQ(v1(imp_uid).at("merchant_uid"), id);
  EXPECT_EQ(v1(imp_uid).at("origin"), "http://shop");
  const auto canceled = close(second, {{"outcome", "canceled"}}).at("answer");
  EXPECT_EQ(canceled.at("success"), false);
  EXPECT_NE(canceled.at("imp_uid"), imp_uid);
  EXPECT_EQ(v1(canceled.at("imp_uid")).at("certified"), false);
}

TEST_F(SandboxWindowTest, WhatIsMissingIsRefusedInTheScriptsOwnWords) {
  for (const char* name : {"id", "store_id", "channel_key"}) {
    EXPECT_EQ(open({{name, nullptr}}).at("refused").at("code"), "BadRequest") << name;
  }
  EXPECT_EQ(open({{"id", std::string(201, 'x')}}).at("refused").at("code"), "BadRequest");
  for (const char* name : {"merchant_uid", "imp_code"}) {
    const auto refusal = open_v1({{name, nullptr}}).at("refused");
    EXPECT_EQ(refusal.at("success"), false) << name;
    EXPECT_EQ(refusal.at("error_code"), "BadRequest") << name;
    EXPECT_TRUE(refusal.at("imp_uid").is_null()) << name;
  }
}

TEST_F(SandboxWindowTest, MistakesOfTheWindowNameTheParameter) {
  const auto opened = open();
  const auto mistake = [&](Json arguments) {
    arguments["tx_id"] = opened.at("tx_id");
    return refused("close_window", arguments);
  };
  EXPECT_EQ(refused("open_window", {{"api", "v3"}}), "api");
  EXPECT_EQ(refused("open_window", {{"api", "v2"}, {"colour", "red"}}), "colour");
  EXPECT_EQ(refused("open_window", {{"api", "v2"}, {"id", 7}}), "id");
  EXPECT_EQ(refused("close_window", {{"tx_id", "x"}, {"outcome", "failed"}}), "tx_id");
  EXPECT_EQ(mistake({{"outcome", "won"}}), "outcome");
  EXPECT_EQ(mistake({{"outcome", "verified"}}), "person");
  EXPECT_EQ(mistake({{"outcome", "verified"}, {"persona", "adult"}, {"person", Json::object()}}), "person");
  EXPECT_EQ(mistake({{"outcome", "verified"}, {"persona", "nobody"}}), "persona");
  EXPECT_EQ(mistake({{"outcome", "verified"}, {"person", {{"birth_date", "2005-02-30"}}}}), "person.birth_date");
  EXPECT_EQ(v2(id).at("status"), "READY");
  EXPECT_TRUE(close(opened, adult).contains("answer"));
}

TEST_F(SandboxWindowTest, TheChannelDecidesUnlessThePersonaHasAProviderOfItsOwn) {
  const auto channel_of = [&](const std::string& key, const Json& who) {
    control("reset");
    EXPECT_TRUE(close(open({{"channel_key", key}, {"fixed_user", "N"}}), who).contains("answer"));
    return v2(id).at("channel");
  };
  const Json kakao{{"outcome", "verified"}, {"persona", "kakao_without_ci"}};
  const Json own{{"outcome", "verified"}, {"person", {{"name", "홍길동"}, {"carrier", "KT"}}}};
  const auto info = control("info");  // outlives the loop
  for (const auto& channel : info.at("channels")) {
    const std::string key = channel.at("key");
    for (const auto& who : {adult, own}) {
      const auto made = channel_of(key, who);
      EXPECT_EQ(made.at("key"), key);
      EXPECT_EQ(made.at("type"), channel.at("type"));
      EXPECT_EQ(made.at("pgProvider"), channel.at("provider"));
      EXPECT_EQ(made.at("pgMerchantId"), channel.at("pg_merchant_id"));
    }
    EXPECT_EQ(channel_of(key, kakao).at("pgProvider"), "INICIS_UNIFIED");
  }
}

TEST_F(SandboxWindowTest, ResetForgetsOpenWindows) {
  const auto opened = open();
  control("reset");
  EXPECT_EQ(refused("close_window", {{"tx_id", opened.at("tx_id")}, {"outcome", "failed"}}), "tx_id");
}

}  // namespace
