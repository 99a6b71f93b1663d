#pragma once
// What the application's own store is asked.

#include <pybind11/pybind11.h>

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bonin/bonin.hpp"

namespace py = pybind11;

// What the functions are given.
py::object given_to_python(const std::vector<bonin::PersonKey>& keys);
py::object given_to_python(const std::string& text);
py::object given_to_python(bonin::Moment moment);
py::object given_to_python(const std::optional<bonin::Moment>& moment);
py::object given_to_python(const bonin::OwnWho& who);

/// For a message.
std::string of_own_store(const char* function);

/// Owes one answer: a question that is lost is answered with an error. Freed on any thread.
class Question {
 public:
  Question(const char* function, bonin::OwnCaller caller) : function(function), caller(std::move(caller)) {}
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;
  virtual ~Question() = default;

  /// With the GIL.
  virtual py::tuple arguments() const = 0;
  /// With the GIL. Throws when it cannot be read.
  virtual void answer(py::handle told) = 0;
  virtual void fail(const bonin::Error& error) = 0;

  const char* const function;
  const bonin::OwnCaller caller;
};
using QuestionPtr = std::shared_ptr<Question>;

template <class A, class... Given>
class QuestionOf final : public Question {
 public:
  using Read = A (*)(py::handle told);
  QuestionOf(const char* function, Read read, bonin::OwnCaller caller, bonin::Callback<A> done, Given... given)
      : Question(function, std::move(caller)), read_(read), given_(std::move(given)...), done_(std::move(done)) {}
  ~QuestionOf() override {
    end(bonin::make_error(bonin::ErrorKind::store_failed, of_own_store(function) + " never answered"));
  }

  py::tuple arguments() const override {
    return std::apply([](const auto&... one) { return py::make_tuple(given_to_python(one)...); }, given_);
  }
  void answer(py::handle told) override { end(read_(told)); }
  void fail(const bonin::Error& error) override { end(error); }

 private:
  void end(bonin::Result<A> result) {
    if (const auto done = std::exchange(done_, nullptr)) done(std::move(result));
  }

  const Read read_;
  const std::tuple<Given...> given_;
  bonin::Callback<A> done_;
};
