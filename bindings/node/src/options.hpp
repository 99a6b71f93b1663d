#pragma once
// An object of options. What is missing, undefined or null counts as not given: the core holds the defaults. Only what
// the object has itself counts, and is read once: what somebody put on Object.prototype is no option, and a getter
// cannot answer twice.

#include <napi.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "bonin/bonin.hpp"

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
  void boolean(const char* key, bool& into);
  void boolean(const char* key, std::optional<bool>& into);
  void date(const char* key, std::optional<bonin::Date>& into);
  void moment(const char* key, std::optional<bonin::Moment>& into);
  void duration(const char* key, std::chrono::milliseconds& into);
  /// One of some words, as its place in the list.
  void word(const char* key, const std::vector<const char*>& words, std::size_t& into);
  void word(const char* key, const std::vector<const char*>& words, std::optional<std::size_t>& into);

  Napi::Env env() const { return env_; }

  /// Refuses a key that nobody asked for: a misspelled option must not be silently ignored. Call it last.
  void finish() const;

 private:
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
};
