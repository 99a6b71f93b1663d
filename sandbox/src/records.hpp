#pragma once
// The verifications that the sandbox remembers, and how each API writes them.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "clock.hpp"
#include "json.hpp"

namespace bonin::sandbox {

/// ASCII letters in lower case, as V1 writes words that V2 writes in capitals.
std::string lower(std::string text);

enum class State : std::uint8_t { ready, verified, failed };

std::string_view state_text(State state) noexcept;  // "READY", "VERIFIED", "FAILED"

/// A person as a provider reports them. An attribute that is not set is not reported.
struct Person {
  std::optional<std::string> name;
  std::optional<Day> birth_date;
  std::optional<std::string> gender;  // "male", "female", "other"
  std::optional<bool> foreigner;
  std::optional<std::string> phone;
  std::optional<std::string> carrier;  // "SKT", "KT", "LGU"
  bool mvno = false;
  std::optional<std::string> ci;
  std::optional<std::string> di;
};

/// What was sent by `otp/request` or `send`.
struct Otp {
  std::string code;  // empty: the APP method, which needs none
  int wrong = 0;
};

struct Record {
  std::string id;
  bool v1 = false;
  State state = State::verified;
  Person person;
  std::string provider = "DANAL";  // as V2 writes it
  std::optional<std::string> channel_type;
  std::string channel_key;
  std::string pg_merchant_id;
  std::string pg_tx_id;
  std::optional<std::string> merchant_uid;
  std::optional<std::string> custom_data;
  std::optional<std::string> origin;
  std::optional<std::string> customer_id;
  std::int64_t requested_ms = 0;
  std::int64_t changed_ms = 0;  // verified or failed at
  Json overrides;               // raw fields of the answer, by name or JSON pointer
  std::vector<std::string> omit;
  std::optional<Otp> otp;  // set while an API-driven attempt is open
  int sends = 0;
  std::uint64_t order = 0;

  /// Forgets the texts made below. Called after each change.
  void changed() noexcept { v1_text_.reset(), v2_text_.reset(); }
  /// The V1 envelope.
  const std::shared_ptr<const std::string>& v1_text() const;
  /// The bare V2 object.
  const std::shared_ptr<const std::string>& v2_text() const;
  Json v1_json() const;
  Json v2_json() const;

 private:
  mutable std::shared_ptr<const std::string> v1_text_, v2_text_;
};

/// All records by id. Lives on the I/O thread.
class Records {
 public:
  Record* find(std::string_view id);
  /// Puts a record in place of the one of the same id, if there is one.
  Record& put(Record record);
  bool erase(std::string_view id);
  void clear() { by_id_.clear(); }
  std::size_t size() const noexcept { return by_id_.size(); }

  template <class F>
  void each(F&& use) const {
    for (const auto& [id, record] : by_id_) use(record);
  }

  /// "imp_" and twelve digits, or "imps_" for what the API began; never given twice.
  std::string new_imp_uid(bool by_api = false);
  /// 32 lower-case hex characters.
  std::string new_id();
  std::string new_pg_tx_id(bool v1, std::string_view provider, bool test);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, Record, Hash, std::equal_to<>> by_id_;
  std::uint64_t next_ = 1;
};

/// 64 bytes of SHA-512 over the text in base64: 88 characters, as a CI.
std::string make_ci(std::string_view seed);
/// 48 bytes of SHA-384 in base64: 64 characters, as a DI.
std::string make_di(std::string_view seed, std::string_view pg_merchant_id);

}  // namespace bonin::sandbox
