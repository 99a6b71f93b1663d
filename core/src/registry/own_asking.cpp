#include "registry/own_asking.hpp"

#include "registry/operation.hpp"

namespace bonin::registry_detail {
namespace {

std::optional<Error> check_account(const std::optional<std::string>& told, const char* answer) {
  const auto wrong = told ? check_text("account_id", *told) : std::nullopt;
  if (!wrong) return std::nullopt;
  return make_error(ErrorKind::store_failed,
                    std::string("`") + answer + "` of the application's own store is no account id: " + wrong->message);
}

}  // namespace

Error as_failure(const Error& error) {
  if (error.kind != ErrorKind::conflict && error.kind != ErrorKind::not_found) return error;
  auto failed = make_error(ErrorKind::store_failed, error.message);
  failed.thrown = error.thrown;
  return failed;
}

std::optional<Error> check_told(const std::optional<std::string>& told) { return check_account(told, "find"); }
std::optional<Error> check_told(const OwnStanding& told) { return check_account(told.account_id, "standing.account"); }

}  // namespace bonin::registry_detail
