#pragma once
// What the operations of a Registry share: required arguments, answers, and the two methods that one of them is.

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "caller.hpp"
#include "convert_registry.hpp"
#include "from_python.hpp"
#include "own_store.hpp"
#include "to_python.hpp"
#include "twins.hpp"
#include "verification.hpp"

namespace registry_methods {

using bonin::Call;
using bonin::Callback;
using bonin::CallOptions;
using bonin::Claim;
using bonin::Registry;

inline std::string text(Arguments& arguments, const char* name) { return to_text(arguments.need(name), name); }

inline std::string own_id(Arguments& arguments, const char* name) { return to_own_id(arguments.need(name), name); }

inline bonin::VerificationPtr verification(Arguments& arguments) {
  return to_verification(arguments.need("verification"), "verification");
}

inline const auto in_python = [](const auto& answer) -> py::object { return to_python(answer); };
inline const auto as_it_is = [](const auto& answer) -> py::object { return py::cast(answer); };
inline const auto text_if_any = [](const std::optional<std::string>& text) -> py::object {
  return value_or_none(text);
};
inline const auto nothing = [](bonin::Done) -> py::object { return py::none(); };

/// `read(arguments)` returns the function that begins the operation: `Call(const Registry&, Callback<T>, const
/// CallOptions&)`. That function holds no Python object.
template <class T, class Read, class Convert>
void operation(py::class_<Registry>& cls, const char* name, std::initializer_list<const char*> places, Read read,
               Convert convert, const char* signature, const char* doc) {
  twins<T, Registry>(
      cls, name, places,
      [read](const Registry& self, Arguments& arguments) {
        const auto call = read_call_options(arguments);
        auto begin = read(arguments);
        serve_own_stores();
        return [self, begin = std::move(begin), call](Callback<T> done) { return begin(self, std::move(done), call); };
      },
      convert, signature, doc);
}

}  // namespace registry_methods
