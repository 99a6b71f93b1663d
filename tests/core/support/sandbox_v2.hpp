#pragma once
// A sandbox and a V2 client of it.

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "bonin/bonin.hpp"
#include "sandbox/sandbox.hpp"

namespace bonin::test {

class SandboxV2 : public ::testing::Test {
 protected:
  void SetUp() override {
    sandbox_ = std::move(sandbox::Sandbox::start({}).value());
    PortOneV2::Options options;
    options.api_secret = Secret("sandbox-api-secret");
    options.connection.base_url = sandbox_->url();
    portone_ = PortOneV2::create(std::move(options)).value();
  }

  /// The id of a verification that somebody has finished.
  std::string persona(const char* name) const {
    const auto answer = sandbox_->control("verify", nlohmann::json{{"persona", name}, {"api", "v2"}}.dump());
    return nlohmann::json::parse(answer.value())["id"];
  }

  std::unique_ptr<sandbox::Sandbox> sandbox_;
  std::shared_ptr<PortOneV2> portone_;
};

}  // namespace bonin::test
