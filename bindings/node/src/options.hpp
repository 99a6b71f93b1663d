#pragma once
// An object of options. What is missing or null counts as not given: the core holds the defaults.

#include <napi.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "bonin/bonin.hpp"

class Options {
 public:
  /// `name`: what the caller calls the object, for the error when it is none. Undefined counts as empty.
  Options(Napi::Env env, Napi::Value value, const char* name);

  void text(const char* key, std::string& into);
  void texts(const char* key, std::vector<std::string>& into);
  void secret(const char* key, bonin::Secret& into);
  void json(const char* key, std::string& into);  // an object, or its JSON text
  void integer(const char* key, int& into);
  void boolean(const char* key, bool& into);
  void boolean(const char* key, std::optional<bool>& into);
  void date(const char* key, std::optional<bonin::Date>& into);
  void moment(const char* key, std::optional<bonin::Moment>& into);
  void duration(const char* key, std::chrono::milliseconds& into);
  /// One of some words, as its place in the list.
  void word(const char* key, const std::vector<const char*>& words, std::size_t& into);

  /// Refuses a key that nobody asked for: a misspelled option must not be silently ignored. Call it last.
  void finish() const;

 private:
  std::optional<Napi::Value> find(const char* key);

  Napi::Env env_;
  Napi::Object object_;
  std::vector<const char*> asked_;
};
