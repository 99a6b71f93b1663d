#pragma once
// Verifications that a person does in the sandbox's window: opened by a script, closed by a button.

#include <map>
#include <string>

#include "bonin/result.hpp"
#include "json.hpp"

namespace bonin::sandbox {

struct World;

/// One attempt in an open window.
struct Window {
  bool v1 = false;
  std::string id;           // the imp_uid, or the identity verification id
  std::string channel_key;  // as the page gave it
  std::string customer_id;
  Json request;    // what every outcome hands to `verify`
  Json requested;  // the person as the page gave them
};

/// Open windows by the id of their attempt.
using Windows = std::map<std::string, Window, std::less<>>;

/// Starts an attempt: `{tx_id, canceled}`, or `{refused}`, each the answer that the page's script is to give.
Result<Json> open_window(World& world, const Json& arguments);
/// Ends one as verified, failed or canceled: `{answer}` or `{refused}`.
Result<Json> close_window(World& world, const Json& arguments);

}  // namespace bonin::sandbox
