#pragma once
// An object of options. What is missing, undefined or null counts as not given: the core holds the defaults. Only what
// the object has itself counts, and is read once: what somebody put on Object.prototype is no option, and a getter
// cannot answer twice.

#include <napi.h>

#include <chrono>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/bonin.hpp"

/// JavaScript's spelling of a name: `birth_date` is `birthDate`.
std::string camel_case(std::string_view name);
/// A text in which those of the names that stand in backticks are spelled as JavaScript does.
std::string in_camel_case(std::string text, std::span<const std::string_view> names);

class Options {
 public:
  /// `name`: what the caller calls the object, for the error when it is none. Undefined counts as empty.
  /// `prefix`: what errors put before a key, for an object within the options.
  Options(Napi::Env env, Napi::Value value, const char* name, const char* prefix = "");

  void text(const char* key, std::string& into);
  /// False: not given.
  bool texts(const char* key, std::vector<std::string>& into);
  void secret(const char* key, bonin::Secret& into);
  void integer(const char* key, int& into);
  void integer(const char* key, std::optional<int>& into);
  void boolean(const char* key, bool& into);
  void boolean(const char* key, std::optional<bool>& into);
  void date(const char* key, std::optional<bonin::Date>& into);
  /// A date, or a JavaScript Date, which is a moment: its day in Korea.
  void day(const char* key, std::optional<bonin::Date>& into);
  void moment(const char* key, std::optional<bonin::Moment>& into);
  /// A moment, or true: `for_ever`.
  void moment_or_true(const char* key, std::optional<bonin::Moment>& into, bool& for_ever);
  void duration(const char* key, std::chrono::milliseconds& into);
  /// Reads every field of a request that the core knows (fields.hpp), by its name in camelCase.
  template <class Request>
  void fields(Request& request) {
    bonin::each_field(request, [this](std::string_view name, auto& field, bonin::FieldKind) {
      this->read(camel_case(name).c_str(), field);
    });
  }

  /// The value of an enumeration, by its word.
  template <class Enum>
  void word(const char* key, std::optional<Enum>& into) {
    if (const auto found = place_of_word(key, bonin::words<Enum>)) into = static_cast<Enum>(*found);
  }
  template <class Enum>
  void word(const char* key, Enum& into) {
    if (const auto found = place_of_word(key, bonin::words<Enum>)) into = static_cast<Enum>(*found);
  }

  /// Options that are read in JavaScript, and are listed where there is one too many.
  void also(std::initializer_list<const char*> names) { known_.insert(known_.end(), names.begin(), names.end()); }

  Napi::Env env() const { return env_; }

  /// Refuses a key that nobody asked for: a misspelled option must not be silently ignored. Call it last.
  void finish() const;

 private:
  std::optional<std::size_t> place_of_word(const char* key, std::span<const std::string_view> words);
  void read(const char* key, std::string& into) { text(key, into); }
  void read(const char* key, bonin::Secret& into) { secret(key, into); }
  void read(const char* key, int& into) { integer(key, into); }
  void read(const char* key, std::optional<int>& into) { integer(key, into); }
  void read(const char* key, bool& into) { boolean(key, into); }
  void read(const char* key, std::optional<bool>& into) { boolean(key, into); }
  void read(const char* key, std::optional<bonin::Moment>& into) { moment(key, into); }
  void read(const char* key, std::vector<std::string>& into) { texts(key, into); }
  void read(const char* key, std::chrono::milliseconds& into) { duration(key, into); }

  std::optional<Napi::Value> find(const char* key);
  std::string place(const char* key) const { return prefix_ + key; }

  struct Own {
    std::string key;
    Napi::Value value;
    bool asked = false;
  };

  Napi::Env env_;
  std::string prefix_;
  std::vector<Own> own_;
  std::vector<std::string> known_;  // the keys that were asked for
};
