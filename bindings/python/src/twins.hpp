#pragma once
// Every call has two methods: `name` blocks, `aname` is awaited. Both read their arguments with the same function.

#include <pybind11/pybind11.h>

#include <string>
#include <type_traits>

#include "aio.hpp"
#include "arguments.hpp"
#include "blocking.hpp"
#include "callable.hpp"
#include "caller.hpp"
#include "errors.hpp"
#include "gil.hpp"
#include "log.hpp"

namespace py = pybind11;

/// Waits for a call, and hands the log of `client` to `logging` afterwards. `client` may be null.
template <class T, class Start>
T blocked(const std::shared_ptr<const bonin::PortOne>& client, const Start& start, std::uint64_t caller = 0,
          Errands errands = Errands::of_stores) {
  listen(client.get());
  CallContext context(caller);
  auto result = wait_for<T>(start, caller, errands);
  hand_over_log(client.get());
  context.end();
  return take(std::move(result));
}

/// The same as a coroutine of this name.
template <class T, class Start, class Convert>
py::object awaited_later(const char* name, std::shared_ptr<const bonin::PortOne> client, Start start, Convert convert,
                         std::uint64_t caller = 0) {
  listen(client.get());
  return aio::later<T>(name, std::move(start), std::move(convert), std::move(client), caller);
}

/// Reads the arguments: what begins the call, and its number.
template <class Self, class Read>
auto started(const Read& read, const Self& self, Arguments& arguments, bool blocks) {
  const Caller caller(blocks);
  auto start = read(self, arguments);
  arguments.finish();
  return std::pair(std::move(start), caller.number());
}

/// What Python gets of an answer, by a function of the answer or of the object and the answer.
template <class Convert, class Self, class T>
py::object converted(const Convert& convert, const Self& self, T value) {
  if constexpr (std::is_invocable_v<Convert, const Self&, T>)
    return convert(self, std::move(value));
  else
    return convert(std::move(value));
}

/// `read(self, arguments)` gives the start of the call: `Call(Callback<T>)`, holding no Python object.
/// `convert(T)` or `convert(self, T)` gives what Python gets.
template <class T, class Self, class Class, class Read, class Convert>
void twins(Class& cls, const std::string& name, std::initializer_list<const char*> positional, Read read,
           Convert convert, const std::string& signature, const std::string& doc) {
  const std::string head = "($self, " + signature + ")\n--\n\n";
  // Leaked on purpose: the names live as long as the module.
  const char* blocking = (new std::string(name))->c_str();
  const char* awaited = (new std::string("a" + name))->c_str();
  const auto& places = *new std::vector<const char*>(positional);
  add_method(cls, blocking, (new std::string(name + head + doc))->c_str(), [=, &places](const Given& given) {
    const UnderPython under;
    SelfOf<Self> of(blocking, given);
    const Self& self = of.get();
    Arguments arguments(blocking, given.after_self(), places);
    auto [start, caller] = started(read, self, arguments, true);
    return converted(convert, self, blocked<T>(client_of(self), start, caller));
  });
  add_method(
      cls, awaited,
      (new std::string("a" + name + head + doc + "\n\nTo be awaited; cancelling the task cancels the call."))->c_str(),
      [=, &places](const Given& given) {
        const UnderPython under;
        SelfOf<Self> of(awaited, given);
        const Self& self = of.get();
        Arguments arguments(awaited, given.after_self(), places);
        auto [start, caller] = started(read, self, arguments, false);
        auto later = [convert, self](T value) { return converted(convert, self, std::move(value)); };
        return awaited_later<T>(awaited, client_of(self), std::move(start), std::move(later), caller);
      });
}
