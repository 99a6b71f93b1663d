#pragma once
// A sandbox and a client of it over a real socket.

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sandbox/sandbox.hpp"

namespace bonin::sandbox_test {

using bonin::ErrorKind;
using bonin::sandbox::Options;
using bonin::sandbox::Sandbox;
using Json = nlohmann::json;

struct Reply {
  CURLcode code = CURLE_OK;
  long status = 0;
  std::string body;
  std::string head;
  /// The value of a header, or "".
  std::string header(const std::string& name) const {
    const auto at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const auto from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  }
  Json json() const { return Json::parse(body, nullptr, false); }
};

/// One kept connection.
class Client {
 public:
  Client() : curl_(curl_easy_init()) {}
  ~Client() { curl_easy_cleanup(curl_); }
  Client(const Client&) = delete;

  Reply send(const std::string& method, const std::string& url, const std::string& authorization = "",
             const std::string* body = nullptr, std::vector<std::string> headers = {}) {
    Reply reply;
    curl_easy_reset(curl_);
    curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl_, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl_, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl_, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(curl_, CURLOPT_CUSTOMREQUEST, method.c_str());
    if (method == "HEAD") curl_easy_setopt(curl_, CURLOPT_NOBODY, 1L);
    if (body) {
      curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
      curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body->data());
    }
    if (!authorization.empty()) headers.push_back("Authorization: " + authorization);
    curl_slist* list = nullptr;
    for (const auto& header : headers) list = curl_slist_append(list, header.c_str());
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &reply.body);
    curl_easy_setopt(
        curl_, CURLOPT_WRITEFUNCTION, +[](char* data, size_t size, size_t count, void* out) -> size_t {
          static_cast<std::string*>(out)->append(data, size * count);
          return size * count;
        });
    curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &reply.head);
    curl_easy_setopt(
        curl_, CURLOPT_HEADERFUNCTION, +[](char* data, size_t size, size_t count, void* out) -> size_t {
          static_cast<std::string*>(out)->append(data, size * count);
          return size * count;
        });
    reply.code = curl_easy_perform(curl_);
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &reply.status);
    curl_slist_free_all(list);
    return reply;
  }

 private:
  CURL* curl_;
};

inline const std::string json_type = "Content-Type: application/json";

class SandboxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = Sandbox::start(Options{});
    ASSERT_TRUE(started) << started.error().message;
    sandbox = std::move(started).value();
  }

  Json control(const std::string& operation, const Json& arguments = Json::object()) {
    auto result = sandbox->control(operation, arguments.dump());
    EXPECT_TRUE(result) << operation << ": " << (result ? "" : result.error().message + " " + result.error().parameter);
    return result ? Json::parse(result.value()) : Json();
  }
  /// The parameter at fault.
  std::string refused(const std::string& operation, const Json& arguments) {
    auto result = sandbox->control(operation, arguments.dump());
    if (result) return "nothing was refused";
    EXPECT_EQ(result.error().kind, ErrorKind::invalid_argument);
    return result.error().parameter;
  }
  std::string verify(const Json& arguments) { return control("verify", arguments).at("id"); }
  Reply get(const std::string& path, const std::string& authorization = "") {
    return client.send("GET", sandbox->url() + path, authorization);
  }
  Reply post(const std::string& path, const Json& body, const std::string& authorization = "") {
    const auto text = body.dump();
    return client.send("POST", sandbox->url() + path, authorization, &text, {json_type});
  }
  Json get_token() {
    const auto reply = post("/users/getToken", {{"imp_key", "sandbox-imp-key"}, {"imp_secret", "sandbox-imp-secret"}});
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.json().at("response");
  }
  std::string token() { return get_token().at("access_token"); }
  Json v1(const std::string& id) { return get("/certifications/" + id, token()).json().at("response"); }
  Json v2(const std::string& id) { return get("/identity-verifications/" + id, secret).json(); }

  std::unique_ptr<Sandbox> sandbox;
  Client client;
  const std::string secret = "PortOne sandbox-api-secret";
};

}  // namespace bonin::sandbox_test
