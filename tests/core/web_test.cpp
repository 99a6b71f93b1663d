// The web room, by the shared cases and at its edges.

#include "bonin/web.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "support/vectors.hpp"
#include "web/page.hpp"

namespace bonin::web {
namespace {

using nlohmann::json;

std::string said(const Said& answer) {
  if (const auto* named = std::get_if<Named>(&answer)) {
    return "id " + named->id + (named->flow_id.empty() ? "" : " flow " + named->flow_id) +
           (named->guardian_of.empty() ? "" : " of " + named->guardian_of);
  }
  return std::string(info(std::get<RefusalCode>(answer)).name);
}

// ---- the shared cases ---------------------------------------------------------------------------

/// As tests/node/web.js and tests/python/web.py fill them in.
std::string filled(std::string text) {
  const auto replace = [&](const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  };
  replace("{id}", "imp_1");
  replace("{merchant_uid}", "m-1");
  for (auto at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
    const bool brackets = text.compare(at + 1, 1, "[") == 0;
    auto end = at + (brackets ? 2 : 1);
    const auto start = end;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
    const std::string closing = brackets ? "]}" : "}";
    if (end == start || text.compare(end, closing.size(), closing) != 0) continue;
    text.replace(at, end + closing.size() - at,
                 std::string(std::stoul(text.substr(start, end - start)), brackets ? '[' : 'a'));
  }
  return text;
}

std::string form_of(const json& fields) {
  std::string out;
  for (const auto& [name, value] : fields.items())
    out += (out.empty() ? "" : "&") + name + "=" + value.get<std::string>();
  return out;
}

/// What the room alone says of a request: a refusal, or `id …`.
std::string answer_of(const json& entry) {
  const auto& request = entry["request"];
  const Api api = entry["api"] == "v1" ? Api::v1 : Api::v2;
  const auto target = filled(request["path"]);
  const auto query = target.find('?');
  const auto route = target.substr(0, query);
  const bool redirect = route == std::string(path(api)) + "/redirect";
  if ((request["method"] == "GET") != redirect) return "method_not_allowed";
  if (route == std::string(path(api)) + "/begin") {
    Origins origins;
    origins.host = "shop.example";
    const auto headers = request.value("headers", json::object());
    for (const auto& [name, value] : headers.items()) {
      auto text = value.get<std::string>();
      if (const auto at = text.find("{origin}"); at != std::string::npos) text.replace(at, 8, "http://shop.example");
      (name == "Origin" ? origins.origins : origins.sites).push_back(text);
    }
    if (is_cross_site(origins, {})) return "cross_site";
    return read_begin(query == std::string::npos ? "" : target.substr(query + 1)) ? "begun" : "invalid_id";
  }
  if (redirect) return said(read_query(api, query == std::string::npos ? "" : target.substr(query + 1)));
  std::string type = request.value("type", "");
  std::string body = filled(request.value("text", ""));
  if (request.contains("json")) {
    type = "application/json";
    body = filled(request["json"].dump());
  } else if (request.contains("form")) {
    type = "application/x-www-form-urlencoded";
    body = filled(form_of(request["form"]));
  }
  if (const auto refused = check_body({type, "", {std::to_string(body.size())}}))
    return std::string(info(*refused).name);
  return said(read_body(api, type, body));
}

TEST(Web, TheSharedCases) {
  const auto document = test::vectors("web.json");
  int judged_here = 0;
  for (const auto& entry : document["cases"]) {
    SCOPED_TRACE(entry["name"].get<std::string>());
    const auto answer = answer_of(entry);
    const std::string code = entry.value("code", entry["status"] == 200 ? "" : "any");
    const bool of_the_verifier =
        code == "denied" || code == "unavailable" || code == "internal" || code == "not_found" || code.empty();
    if (of_the_verifier) {
      EXPECT_TRUE(answer == "begun" || answer.substr(0, 3) == "id ") << answer;
    } else if (answer == "begun" && code == "invalid_id") {
      EXPECT_NE(entry["request"]["path"].get<std::string>().find("guardianOf"), std::string::npos)
          << "the verifier alone knows whose flow it is";
    } else if (code == "any") {
      EXPECT_TRUE(answer != "begun") << answer;
    } else if (answer.substr(0, 3) == "id ") {
      EXPECT_EQ(code, "invalid_id") << "what is a text, and yet no id of PortOne's, the verifier refuses: "
                                    << answer.substr(0, 60);
    } else {
      EXPECT_EQ(answer, code);
      ++judged_here;
    }
  }
  EXPECT_GE(judged_here, 30);
}

TEST(Web, TheWordsAreThoseOfTheContract) {
  const auto messages = test::vectors("web.json")["messages"];
  ASSERT_EQ(messages.size(), refusal_count);
  for (const auto& [name, expected] : messages.items()) {
    const auto code = refusal_code(name);
    ASSERT_TRUE(code) << name;
    EXPECT_EQ(info(*code).status, expected["status"]) << name;
    EXPECT_EQ(info(*code).ko, expected["ko"]) << name;
    EXPECT_EQ(info(*code).en, expected["en"]) << name;
  }
  EXPECT_FALSE(refusal_code("nonsense"));
}

// ---- what the browser said ----------------------------------------------------------------------

std::string of_json(std::string_view body, Api api = Api::v2) { return said(read_body(api, "application/json", body)); }
std::string of_form(std::string_view body, Api api = Api::v2) {
  return said(read_body(api, "application/x-www-form-urlencoded", body));
}

TEST(WebRequest, AFieldThatComesTwiceIsSeenTwice) {
  EXPECT_EQ(of_json(R"({"identityVerificationId":"a"})"), "id a");
  EXPECT_EQ(of_json(R"({"identityVerificationId":"a","identityVerificationId":"a"})"), "invalid_id");
  EXPECT_EQ(of_json(R"({"identityVerificationId":"a","identityVerification\u0049d":"b"})"), "invalid_id");
  EXPECT_EQ(of_json(R"({"x":{"identityVerificationId":"b"},"identityVerificationId":"a"})"), "id a");
  EXPECT_EQ(of_form("identityVerificationId=a"), "id a");
  EXPECT_EQ(of_form("identityVerificationId=a&identity%56erificationId=b"), "invalid_id");
  EXPECT_EQ(said(read_query(Api::v1, "imp_uid=a&imp_uid=a")), "invalid_id");
}

TEST(WebRequest, AnIdIsAText) {
  for (const char* value : {"1", "null", "true", "{}", "[]", R"(["a"])", R"({"identityVerificationId":"a"})"}) {
    EXPECT_EQ(of_json(std::string(R"({"identityVerificationId":)") + value + "}"), "invalid_id") << value;
  }
  EXPECT_EQ(of_json(R"({"identityVerificationId":"\u0000"})"), std::string("id ") + '\0');
  EXPECT_EQ(of_json(R"({"identityVerificationId":"가"})"), "id 가");
  EXPECT_EQ(of_form("identityVerificationId=%FF"), "invalid_id");
  EXPECT_EQ(of_form("identityVerificationId=%41%4"), "id A%4");
  EXPECT_EQ(of_form("identityVerificationId=a+b"), "id a b");
  EXPECT_EQ(of_form("identityVerificationId"), "id ");
}

TEST(WebRequest, AFormThatIsLabelledJsonIsAForm) {
  EXPECT_EQ(of_json("identityVerificationId=a"), "id a");
  EXPECT_EQ(of_json("imp_uid=imp_1&merchant_uid=m-1", Api::v1), "id imp_1 flow m-1");
  EXPECT_EQ(of_json("identityVerificationId=a&identityVerificationId=b"), "invalid_id");
  EXPECT_EQ(of_json("true"), "invalid_body");
}

TEST(WebRequest, MayNameTheFlowAndTheChildOfAGuardian) {
  EXPECT_EQ(of_form("identityVerificationId=a&guardianOf=b"), "id a of b");
  EXPECT_EQ(of_json(R"({"identityVerificationId":"a","guardianOf":"b"})"), "id a of b");
  for (const char* none : {R"("")", "null"}) {
    EXPECT_EQ(of_json(std::string(R"({"identityVerificationId":"a","guardianOf":)") + none + "}"), "id a") << none;
  }
  for (const char* wrong : {"7", R"(["b"])", "{}", "true"}) {
    EXPECT_EQ(of_json(std::string(R"({"identityVerificationId":"a","guardianOf":)") + wrong + "}"), "invalid_id")
        << wrong;
  }
  EXPECT_EQ(of_form("identityVerificationId=a&guardianOf=b&guardianOf=b"), "invalid_id");
  EXPECT_EQ(of_form("identityVerificationId=a&guardianOf=%FF"), "invalid_id");
  EXPECT_EQ(of_json(R"({"imp_uid":"a","merchant_uid":7})", Api::v1), "id a") << "it proves nothing";
  EXPECT_EQ(of_json(R"({"identityVerificationId":"a","merchant_uid":"m"})"), "id a");
  EXPECT_EQ(read_begin(""), "");
  EXPECT_EQ(read_begin("guardianOf="), "");
  EXPECT_EQ(read_begin("x=1&guardianOf=imp_1"), "imp_1");
  EXPECT_EQ(read_begin("guardianOf=a&guardianOf=a"), std::nullopt);
  EXPECT_EQ(read_begin("guardianOf=%FF"), std::nullopt);
}

TEST(WebRequest, WhoIsToGetACode) {
  constexpr const char* json = "application/json";
  const std::string good =
      R"({"name":" 김하나 ","phone":"010-0000-0001","identityNumber":"900315-2","carrier":"SKT_MVNO"})";
  const auto said = read_person(json, good, "::ffff:203.0.113.7");
  const auto& person = std::get<OtpPerson>(said);
  EXPECT_EQ(person.name, "김하나");
  EXPECT_EQ(person.phone, "01000000001");
  EXPECT_EQ(person.identity_number, "9003152");
  EXPECT_EQ(person.carrier, "SKT_MVNO");
  EXPECT_EQ(person.method, "");
  EXPECT_EQ(person.ip_address, "203.0.113.7");
  EXPECT_EQ(std::get<OtpPerson>(read_person(json, good, "2001:db8::1")).ip_address, "2001:db8::1");
  const auto faults = [&](const std::string& body) {
    const auto refused = read_person(json, body, "");
    std::string text(info(std::get<Refusal>(refused).code).name);
    for (const auto& finding : std::get<Refusal>(refused).findings) text += " " + finding.code + ":" + finding.reason;
    return text;
  };
  EXPECT_EQ(faults("{}"), "invalid_person name:missing phone:missing identityNumber:missing carrier:missing");
  EXPECT_EQ(
      faults(R"({"name":"a\u0007","phone":"+82","identityNumber":"900315","carrier":"LGT","method":"PUSH"})"),
      "invalid_person name:malformed phone:malformed identityNumber:malformed carrier:malformed method:malformed");
  EXPECT_EQ(faults(R"({"name":["a"],"phone":"010","identityNumber":9003152,"carrier":null})"),
            "invalid_person name:missing phone:malformed identityNumber:missing carrier:missing");
  EXPECT_EQ(faults("{"), "invalid_body");
}

TEST(WebRequest, ACode) {
  const auto code = [](const char* body) {
    const auto said = read_code("application/json", body);
    if (const auto* refused = std::get_if<RefusalCode>(&said)) return std::string(info(*refused).name);
    return std::get<Code>(said).id + " " + std::get<Code>(said).otp;
  };
  EXPECT_EQ(code(R"({"id":"iv-1","otp":"123 456"})"), "iv-1 123456");
  EXPECT_EQ(code(R"({"id":"iv-1"})"), "iv-1 ");
  EXPECT_EQ(code(R"({"id":"iv-1","otp":123456})"), "invalid_body");
  EXPECT_EQ(code(R"({"id":"iv-1","otp":"12345678901"})"), "invalid_body");
  EXPECT_EQ(code(R"({"otp":"123456"})"), "invalid_id");
  EXPECT_EQ(code(R"({"id":"a","id":"b"})"), "invalid_id");
}

TEST(WebRequest, TheScriptsOwnNo) {
  for (const char* value : {"false", R"("false")", R"([true,"false"])", "[false]"}) {
    EXPECT_EQ(of_json(std::string(R"({"imp_uid":"a","success":)") + value + "}", Api::v1), "not_finished") << value;
  }
  for (const char* value : {"true", R"("no")", "0", "null", "[[false]]", R"({"success":false})", "[]"}) {
    EXPECT_EQ(of_json(std::string(R"({"imp_uid":"a","success":)") + value + "}", Api::v1), "id a") << value;
  }
  for (const char* value : {R"("X")", "0", "false", "[1]", R"(["","X"])", "[[]]", "{}"}) {
    EXPECT_EQ(of_json(std::string(R"({"identityVerificationId":"a","code":)") + value + "}"), "not_finished") << value;
  }
  for (const char* value : {R"("")", "null", "[]", R"(["",null])"}) {
    EXPECT_EQ(of_json(std::string(R"({"identityVerificationId":"a","code":)") + value + "}"), "id a") << value;
  }
  EXPECT_EQ(of_form("identityVerificationId=a&code="), "id a");
  EXPECT_EQ(of_form("identityVerificationId=a&code=&code=E"), "not_finished");
}

TEST(WebRequest, WhatIsNoJson) {
  const std::string deep = std::string(8000, '[') + std::string(8000, ']');
  const std::string digits = R"({"identityVerificationId":"a","n":)" + std::string(16'000, '9') + "}";
  for (const auto& body : std::vector<std::string>{
           "", "null", "7", R"("a")", "[]", "{", "{} x", "{}{}", R"({"a":NaN})", R"({a:1})", "{'a':1}", R"({"a":1,})",
           "\xEF\xBB\xBF{}", "{\"a\":\"\xFF\"}", R"({"a":"\ud800"})", "/**/{}", "=", deep, digits}) {
    EXPECT_EQ(of_json(body), "invalid_body") << body.substr(0, 40);
  }
  EXPECT_EQ(of_json(R"({"a":)" + deep + "}"), "invalid_id");
  EXPECT_EQ(of_form("a=\xFF"), "invalid_body");
  EXPECT_EQ(of_json(std::string(max_body + 1, ' ')), "body_too_large");
  EXPECT_EQ(of_json(std::string(max_body - 2, ' ') + "{}"), "invalid_id");
}

std::string checked(const BodyHeaders& headers) {
  const auto code = check_body(headers);
  return code ? std::string(info(*code).name) : "read";
}

TEST(WebRequest, Headers) {
  for (const char* type : {"application/json", "Application/JSON ; Charset=\"UTF-8\"",
                           "application/x-www-form-urlencoded;charset=utf-8"}) {
    EXPECT_EQ(checked({type, "", {}}), "read") << type;
  }
  for (const char* type :
       {"", "text/plain", "application/jsonp", "application/json, text/plain", "application/json; charset=euc-kr",
        "application/json; charset= utf-8", "application/json; charset=\"\"utf-8\"\"",
        "application/json; charset=euc-kr; charset=utf-8", "multipart/form-data; boundary=x"}) {
    EXPECT_EQ(checked({type, "", {}}), "unsupported_body") << type;
  }
  EXPECT_EQ(checked({"application/json; charset=euc-kr", "gzip", {}, true}), "read");
  EXPECT_EQ(checked({"text/plain", "", {}, true}), "unsupported_body");
  EXPECT_EQ(checked({"application/json", "gzip", {}}), "unsupported_body");
  EXPECT_EQ(checked({"application/json", "Identity", {}}), "read");
  for (const char* length : {"0", "2", "16384", "00016384", "000"})
    EXPECT_EQ(checked({"application/json", "", {length}}), "read") << length;
  for (const char* length : {"1e3", "0x10", "-1", "+1", "1.0", "", " 1", "1, 1", "NaN", "٣"}) {
    EXPECT_EQ(checked({"application/json", "", {length}}), "invalid_body") << length;
  }
  EXPECT_EQ(checked({"application/json", "", {"1", "1"}}), "invalid_body");
  EXPECT_EQ(checked({"application/json", "", {"16385"}}), "body_too_large");
  EXPECT_EQ(checked({"application/json", "", {std::string(5000, '9')}}), "body_too_large");
}

TEST(WebOrigin, Origins) {
  for (const char* text : {"https://shop.example", "http://localhost:5173", "capacitor://localhost",
                           "https://App.example", "http://[::1]:8080"}) {
    EXPECT_TRUE(is_origin(text)) << text;
  }
  for (const char* text :
       {"", "null", "*", "shop.example", "https://", "https://shop.example/", "https://shop.example:443", "https://a b",
        "https://kim@shop.example", "://shop.example", "ftp://shop.example", "https://*.example", "https://:80"}) {
    EXPECT_FALSE(is_origin(text)) << text;
  }
}

TEST(WebOrigin, SitesAndHosts) {
  const auto far = [](std::vector<std::string> sites, std::vector<std::string> origins, std::string host) {
    return is_cross_site({std::move(sites), std::move(origins), std::move(host)}, {"https://App.example"});
  };
  for (const char* site : {"same-origin", "same-site", "none"})
    EXPECT_FALSE(far({site}, {"https://evil.example"}, "shop.example")) << site;
  for (const char* site : {"cross-site", "", "Same-Origin", "same-origin, cross-site"})
    EXPECT_TRUE(far({site}, {}, "shop.example")) << site;
  EXPECT_TRUE(far({"none", "none"}, {}, "shop.example"));
  EXPECT_FALSE(far({}, {}, "shop.example"));
  EXPECT_FALSE(far({"cross-site"}, {"https://app.example"}, "shop.example"));
  EXPECT_TRUE(far({"cross-site"}, {"http://app.example"}, "shop.example"));
  EXPECT_FALSE(far({}, {"https://shop.example"}, "shop.example:443"));
  EXPECT_FALSE(far({}, {"HTTP://Shop.example"}, "SHOP.example:80"));
  EXPECT_TRUE(far({}, {"https://shop.example"}, "shop.example:80"));
  EXPECT_TRUE(far({}, {"https://shop.example"}, ""));
  EXPECT_TRUE(far({}, {"https://shop.example, https://evil.example"}, "shop.example"));
  EXPECT_TRUE(far({}, {"https://shop.example", "https://shop.example"}, "shop.example"));
  EXPECT_TRUE(far({}, {""}, "shop.example"));
}

constexpr const char* plain = "bonin_subject=";
constexpr const char* of_host = "__Host-bonin_subject=";

TEST(WebSubject, Cookies) {
  const std::string mine(32, 'a');
  const std::string other(32, 'b');
  const auto of = [](std::vector<std::string> cookies, bool secure = false) {
    return subject_of({{}, std::move(cookies), secure}, {});
  };
  for (const bool secure : {false, true}) {
    const std::string name = secure ? of_host : plain;
    const std::string pair = name + mine;
    EXPECT_EQ(of({pair}, secure), mine);
    EXPECT_EQ(of({"a=1;" + pair + ";b=2"}, secure), mine);
    EXPECT_EQ(of({pair + "; \t" + pair, "c=3", pair}, secure), mine);
    EXPECT_EQ(of({"not_" + pair}, secure), "");
    EXPECT_EQ(of({pair + "; " + name + other}, secure), "");
    EXPECT_EQ(of({pair, name + other}, secure), "");
    EXPECT_EQ(of({pair + "; " + name}, secure), "");
    for (const auto& value : {mine + "a", std::string(32, 'A'), "\"" + mine + "\"", std::string()}) {
      EXPECT_EQ(of({name + value}, secure), "") << value;
    }
    EXPECT_EQ(of({}, secure), "");
  }
  EXPECT_EQ(of({plain + mine}, true), "") << "another host of the domain may have planted it";
  EXPECT_EQ(of({plain + other + "; " + of_host + mine}, true), mine);
}

TEST(WebSubject, TheCookieIsTheStrictestThatABrowserKeeps) {
  const std::string mine(32, 'a');
  const auto set = [&](const SubjectCookie& cookie, bool secure) {
    const auto [name, value] = subject_header(mine, {{}, {}, secure}, cookie);
    EXPECT_EQ(name, "Set-Cookie");
    EXPECT_EQ(subject_of({{}, {value.substr(0, value.find(';'))}, secure}, cookie), mine);
    return value;
  };
  EXPECT_EQ(set({}, false), plain + mine + "; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_EQ(set({}, true), of_host + mine + "; Path=/; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(set({.secure = true}, false), of_host + mine + "; Path=/; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(set({.secure = false}, true), plain + mine + "; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_EQ(set({.same_site = "None", .partitioned = true}, false),
            of_host + mine + "; Path=/; HttpOnly; SameSite=None; Secure; Partitioned");
  EXPECT_EQ(set({.same_site = "Strict", .domain = "shop.example"}, true),
            plain + mine + "; Path=/; HttpOnly; SameSite=Strict; Domain=shop.example; Secure");
}

TEST(WebSubject, ACookieThatABrowserDropsIsRefused) {
  const auto parameter = [](const SubjectCookie& cookie) {
    const auto checked = check(cookie);
    return checked ? std::string() : checked.error().parameter;
  };
  EXPECT_EQ(parameter({}), "");
  EXPECT_EQ(parameter({.same_site = "None"}), "");
  EXPECT_EQ(parameter({.domain = "shop.example"}), "");
  EXPECT_EQ(parameter({.same_site = "lax"}), "cookie.same_site");
  EXPECT_EQ(parameter({.same_site = "None", .secure = false}), "cookie.secure");
  EXPECT_EQ(parameter({.secure = false, .partitioned = true}), "cookie.secure");
  for (const char* domain : {"localhost", "a.b; Path=/x", "https://shop.example", "shop.example:80"})
    EXPECT_EQ(parameter({.domain = domain}), "cookie.domain") << domain;
}

TEST(WebSubject, AClientWithoutCookiesBringsAToken) {
  const std::string mine(32, 'a');
  const std::string cookie = plain + std::string(32, 'b');
  const auto of = [&](std::vector<std::string> tokens) { return subject_of({std::move(tokens), {cookie}, false}, {}); };
  EXPECT_EQ(of({mine}), mine) << "the token counts, not the cookie";
  EXPECT_EQ(of({"new"}), "");
  EXPECT_EQ(of({""}), "");
  EXPECT_EQ(of({mine, mine}), "");
  EXPECT_EQ(of({mine + "a"}), "");
  const auto [name, value] = subject_header(mine, {{"new"}, {}, true}, {.same_site = "None"});
  EXPECT_EQ(name, "Bonin-Subject");
  EXPECT_EQ(value, mine);
}

TEST(WebSubject, ThreeReasonsAndWhatToLookAt) {
  const auto refusal = no_cookie();
  ASSERT_EQ(refusal.findings.size(), 1U);
  EXPECT_EQ(refusal.findings[0].code + " " + refusal.findings[0].reason, "begun no_cookie");
  EXPECT_TRUE(is_foreign(refusal.findings));
  const auto hint = [](const char* code, const char* reason) {
    return std::string(hint_of({{code, Outcome::fail, reason, "", "", ""}}));
  };
  std::vector<std::string> told{hint("begun", "no_cookie"), hint("begun", "foreign"), hint("begun", "expired"),
                                hint("begun", "other_channel")};
  std::sort(told.begin(), told.end());
  EXPECT_EQ(std::unique(told.begin(), told.end()), told.end());
  EXPECT_FALSE(told[0].empty());
  EXPECT_EQ(hint("age", "too_young") + hint("account", "expired") + hint_of({}), "");
}

TEST(WebAnswer, WhatTheApplicationDidNotSupplyIsTheOperators) {
  const auto finding = [](const char* code, const char* reason) {
    return Finding{code, Outcome::unknown, reason, "/rules/3", "서비스", "service"};
  };
  const auto alone = refusal_of({finding("expect", "not_supplied"), finding("account", "not_supplied")}, true);
  EXPECT_EQ(info(alone.code).name, "internal");
  EXPECT_TRUE(alone.findings.empty());
  const auto beside = refusal_of({finding("age", "too_young"), finding("expect", "not_supplied")});
  EXPECT_EQ(info(beside.code).name, "denied");
  EXPECT_EQ(beside.findings.size(), 2U);
  EXPECT_EQ(info(refusal_of(std::vector<Finding>{}).code).name, "denied") << "no finding is no mistake";
  EXPECT_NE(hint_of(beside.findings).find("`/rules/3`"), std::string::npos);
}

TEST(WebAnswer, AGuardianIsAnOutcomeOfItsOwn) {
  const Finding finding{"guardian", Outcome::fail, "needs_guardian", "/rules/0", "보호자", "guardian"};
  const auto refusal = refusal_of({finding}, true);
  const auto told = answer(refusal, {"POST", "application/json", "ko"});
  EXPECT_EQ(told.status, 403);
  const auto body = json::parse(told.body);
  EXPECT_EQ(body["code"], "needs_guardian");
  EXPECT_EQ(body["allowed"], false);
  EXPECT_EQ(body["findings"].size(), 1U);
  EXPECT_FALSE(body["findings"][0].contains("until"));
}

TEST(WebAnswer, SaysUntilWhen) {
  Finding finding{"account", Outcome::fail, "banned", "/rules/0", "까지", "until"};
  finding.until = parse_moment("2026-12-25T15:00:00Z");
  const auto body = json::parse(json_of(refusal_of({finding})));
  EXPECT_EQ(body["findings"][0]["until"], "2026-12-25T15:00:00.000Z");
}

// ---- what it is told ----------------------------------------------------------------------------

Finding finding(std::string code, std::string text) {
  return {std::move(code), Outcome::fail, "reason", "/pointer", text, text};
}

std::string header(const Answer& answer, std::string_view name) {
  std::string found;
  for (const auto& [key, value] : answer.headers) {
    if (key == name) found += value;
  }
  return found;
}

TEST(WebAnswer, Json) {
  const auto refusal = refusal_of({finding("age", "나이")});
  const auto told = answer(refusal, {"POST", "text/html", ""});
  EXPECT_EQ(told.status, 403);
  EXPECT_EQ(header(told, "Content-Type"), "application/json; charset=utf-8");
  EXPECT_EQ(header(told, "Cache-Control"), "no-store");
  EXPECT_EQ(header(told, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(
      told.body,
      R"({"allowed":false,"code":"denied","ko":"본인인증 결과로는 이용하실 수 없습니다.","en":"This identity verification does not )"
      R"(permit it.","findings":[{"code":"age","reason":"reason","ko":"나이","en":"나이"}]})");
}

TEST(WebAnswer, WhoGetsAPage) {
  const auto is_page = [](std::string_view accept, std::string_view method = "GET") {
    return header(answer(refusal_of(make_error(ErrorKind::not_found, "")), {method, accept, ""}), "Content-Type") ==
           "text/html; charset=utf-8";
  };
  for (const char* accept : {"text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/*",
                             "text/html;q=0.9, application/json;q=0.1", "TEXT/HTML"}) {
    EXPECT_TRUE(is_page(accept)) << accept;
    EXPECT_TRUE(is_page(accept, "HEAD")) << accept;
    EXPECT_FALSE(is_page(accept, "POST")) << accept;
  }
  for (const char* accept : {"", "*/*", "application/json", "text/html, application/json", "text/html;q=0",
                             "text/html;q=x;q=0, */*;q=0.1", ", ;;q=, =;", "text/htm"}) {
    EXPECT_FALSE(is_page(accept)) << accept;
  }
}

TEST(WebAnswer, ThePageSpeaksTheirLanguage) {
  const auto is_english = [](std::string_view languages) {
    return answer(refusal_of(make_error(ErrorKind::not_found, "")), {"GET", "text/html", languages})
               .body.find("lang=\"en\"") != std::string::npos;
  };
  for (const char* languages : {"en", "en-US,en;q=0.9", "*;q=0.1, en-GB", "en-US,en;q=0.9,ko;q=0.8"})
    EXPECT_TRUE(is_english(languages)) << languages;
  for (const char* languages : {"", "ko-KR,ko;q=0.9,en;q=0.8", "fr", "en;q=0.4, ko;q=0.5", "*", "english"})
    EXPECT_FALSE(is_english(languages)) << languages;
}

TEST(WebAnswer, ThePageEscapesEveryText) {
  const auto told = answer(refusal_of({finding("age", "<script>\"&'</script>")}), {"GET", "text/html", "en"});
  EXPECT_NE(told.body.find("<li>&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;</li>"), std::string::npos) << told.body;
  EXPECT_EQ(told.body.find("<script"), std::string::npos);
  EXPECT_EQ(header(told, "Referrer-Policy"), "no-referrer");
}

TEST(WebAnswer, ThePageHasAWayBack) {
  const auto refusal = refusal_of({finding("age", "too young")});
  const auto page = [&](std::string_view to) { return answer(refusal, {"GET", "text/html", "en", to}).body; };
  EXPECT_NE(page("/sign-up?a=1&b=2").find("<a href=\"/sign-up?a=1&amp;b=2\">Try again</a>"), std::string::npos);
  EXPECT_EQ(page("").find("<a"), std::string::npos);
  for (const char* good : {"/", "/sign-up?again=1", "https://shop.example/sign-up", "http://127.0.0.1:8000/"})
    EXPECT_TRUE(is_retry_url(good)) << good;
  for (const char* bad : {"", "//evil.example", "/\\evil.example", "javascript:alert(1)", "sign-up", "https://",
                          "https:///x", "/a b", "/\n", "data:text/html,x"})
    EXPECT_FALSE(is_retry_url(bad)) << bad;
  EXPECT_FALSE(is_retry_url("/" + std::string(2'000, 'a')));
}

TEST(WebAnswer, WhoComesAgainIsWelcome) {
  const auto again = [](const char* code, const char* reason) {
    return Finding{code, Outcome::fail, reason, "", "", ""};
  };
  EXPECT_TRUE(is_again({again("account", "signed_up")}));
  EXPECT_FALSE(is_again({again("account", "signed_up"), again("fresh", "stale")}));
  EXPECT_FALSE(is_again({again("account", "taken")}));
  EXPECT_FALSE(is_again({again("age", "signed_up")}));
  EXPECT_FALSE(is_again({}));
  const auto json = answer_again({"POST", "", ""});
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(json.body, R"({"allowed":true,"again":true})");
  EXPECT_EQ(header(json, "Cache-Control"), "no-store");
  const auto page = answer_again({"GET", "text/html", "ko", "/"});
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("이미 가입을 마치셨습니다."), std::string::npos);
  EXPECT_NE(page.body.find("<a href=\"/\">돌아가기</a>"), std::string::npos);
}

TEST(WebAnswer, TheStyleIsTheOneThatThePolicyNames) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  ASSERT_EQ(EVP_Digest(page_style.data(), page_style.size(), hash.data(), &size, EVP_sha256(), nullptr), 1);
  std::array<unsigned char, 64> text{};
  EVP_EncodeBlock(text.data(), hash.data(), static_cast<int>(size));
  const auto told = answer(refusal_of(make_error(ErrorKind::not_found, "")), {"GET", "text/html", ""});
  const std::string named = "style-src 'sha256-" + std::string(reinterpret_cast<char*>(text.data())) + "';";
  EXPECT_NE(header(told, "Content-Security-Policy").find(named), std::string::npos) << named;
  EXPECT_NE(told.body.find("<style>" + std::string(page_style) + "</style>"), std::string::npos);
}

TEST(WebAnswer, OfErrors) {
  const auto of = [](ErrorKind kind, std::optional<std::int64_t> ms = std::nullopt) {
    auto error = make_error(kind, "");
    error.retry_after_ms = ms;
    error.http_status = 500;
    const auto refusal = refusal_of(error);
    return std::string(info(refusal.code).name) + " " + std::to_string(refusal.retry_after_s.value_or(-1));
  };
  EXPECT_EQ(of(ErrorKind::invalid_id), "invalid_id -1");
  EXPECT_EQ(of(ErrorKind::not_found), "not_found -1");
  EXPECT_EQ(of(ErrorKind::unavailable, 7000), "unavailable 7");
  EXPECT_EQ(of(ErrorKind::overloaded), "unavailable 1");
  EXPECT_EQ(of(ErrorKind::throttled, 1001), "unavailable 2");
  EXPECT_EQ(of(ErrorKind::unauthorized, 1000), "internal -1");
  EXPECT_EQ(of(ErrorKind::outcome_unknown), "unavailable 1");
  EXPECT_EQ(of(ErrorKind::provider_failed), "provider_refused -1");
  const auto lost = refusal_of(make_error(ErrorKind::claim_refused, ""));
  EXPECT_EQ(info(lost.code).name, "denied");
  ASSERT_EQ(lost.findings.size(), 1U);
  EXPECT_EQ(lost.findings[0].code + " " + lost.findings[0].reason, "account claim_refused");
  auto too_often = make_error(ErrorKind::throttled, "");  // by bonin's own count: nothing was sent
  too_often.retry_after_ms = 6500;
  EXPECT_EQ(info(refusal_of(too_often).code).name, "too_often");
  EXPECT_EQ(header(answer(refusal_of(too_often), {"POST", "", ""}), "Retry-After"), "7");
  auto blocked = make_error(ErrorKind::provider_failed, "");
  blocked.pg_code = "0086";
  EXPECT_EQ(refusal_of(blocked).findings.at(0).reason, "address_blocked");
  Refusal misuse;
  misuse.code = RefusalCode::method_not_allowed;
  misuse.allow = "POST";
  EXPECT_EQ(header(answer(misuse, {"GET", "", ""}), "Allow"), "POST");
}

TEST(WebRefusals, WhatThePageGotWrongIsNotOurFault) {
  const auto code = [](Error error, std::string request = "") {
    error.request = std::move(request);
    const auto refusal = refusal_of(error);
    std::string text(info(refusal.code).name);
    for (const auto& finding : refusal.findings) text += " " + finding.code + ":" + finding.reason;
    return text;
  };
  EXPECT_EQ(code(make_error(ErrorKind::invalid_argument, "", "guardian")), "invalid_id");
  EXPECT_EQ(code(make_error(ErrorKind::conflict, ""), "POST /identity-verifications/{id}/send"), "invalid_id");
  EXPECT_EQ(code(make_error(ErrorKind::conflict, "")), "denied account:two_persons") << "of a registry";
  EXPECT_EQ(code(make_error(ErrorKind::invalid_argument, "", "method")), "invalid_person method:malformed");
  for (const char* request :
       {"POST /identity-verifications/{id}/confirm", "POST /certifications/otp/confirm/{imp_uid}"}) {
    EXPECT_EQ(code(make_error(ErrorKind::rejected, ""), request), "invalid_person otp:malformed");
  }
  EXPECT_EQ(code(make_error(ErrorKind::rejected, ""), "POST /identity-verifications/{id}/send"), "internal");
  EXPECT_EQ(code(make_error(ErrorKind::invalid_argument, "", "subject")), "internal");
}

TEST(WebAnswer, WhoseFlowItIs) {
  EXPECT_TRUE(is_foreign({finding("begun", "")}));
  EXPECT_FALSE(is_foreign({finding("age", "")}));
  EXPECT_FALSE(is_foreign({}));
}

}  // namespace
}  // namespace bonin::web
