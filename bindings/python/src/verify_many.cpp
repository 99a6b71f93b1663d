// Many ids in one call. While it goes on, the thread that waits, or the loop, hears about progress and gets the
// records.

#include <array>
#include <deque>
#include <mutex>
#include <optional>

#include "aio.hpp"
#include "blocking.hpp"
#include "callable.hpp"
#include "errors.hpp"
#include "gil.hpp"
#include "judged.hpp"
#include "kept.hpp"
#include "log.hpp"
#include "own_store.hpp"
#include "policy.hpp"
#include "twins.hpp"
#include "verifier.hpp"

using bonin::ErrorKind;

namespace {

/// What the application is told while the call goes on. Freed on any thread.
class Watcher {
 public:
  Watcher(const Verifier& verifier, Arguments& arguments) : verifier_(verifier) {
    const auto given = arguments.find("progress");
    if (!given || given.ptr() == Py_False) return;
    is_bar_ = given.ptr() == Py_True;
    if (!is_bar_ && PyCallable_Check(given.ptr()) == 0) {
      raise(ErrorKind::invalid_argument, "`progress` must be callable, or True for a bar", "progress");
    }
    PYBIND11_CONSTINIT static Kept kept;
    if (!is_bar_) find_once(kept, "bonin._callbacks", "expect_sync")(given, "progress");
    const auto function = is_bar_ ? py::module_::import("bonin._progress").attr("Bar")(py::str("id"))
                                  : py::reinterpret_borrow<py::object>(given);
    progress_ = {function.inc_ref().ptr(), [](PyObject* held) { aio::free_later(held); }};
  }

  /// Any thread, no GIL. True: nobody has been asked to come for it yet.
  bool put(std::size_t ended, std::size_t ids, const bonin::Call& call) {
    const std::lock_guard lock(mutex_);
    ended_ = ended;
    ids_ = ids;
    call_ = call;
    return !std::exchange(asked_, true);
  }
  bool put(std::string record) {
    const std::lock_guard lock(mutex_);
    records_.push_back(std::move(record));
    return !std::exchange(asked_, true);
  }

  /// With the GIL. False: an exception is set that ends the call.
  bool tell() {
    std::deque<std::string> records;
    std::optional<std::size_t> ended;
    {
      const std::lock_guard lock(mutex_);
      asked_ = false;
      records.swap(records_);
      ended.swap(ended_);
    }
    try {
      hand_over_log(verifier_.portone().get());
      for (const auto& record : records) verifier_.hand_over(record);
      if (ended) tell_progress(*ended);
      return true;
    } catch (const std::exception&) {
      set_caught("the call got lost in bonin");
    }
    return false;
  }

  /// The whole has ended: what is left, and the end of the bar. With the GIL.
  void finish() {
    if (!tell()) throw py::error_already_set();
    if (is_bar_) py::handle(progress_.get()).attr("close")();
  }

 private:
  void tell_progress(std::size_t ended) {
    if (!progress_) return;
    try {
      const py::object answer = py::handle(progress_.get())(ended, ids_);
      if (answer.ptr() == Py_False) call_.cancel();
    } catch (py::error_already_set& error) {
      if (!error.matches(PyExc_Exception)) throw;  // Ctrl-C, or an exit
      error.discard_as_unraisable("bonin: telling about progress");
    }
  }

  const Verifier verifier_;
  std::shared_ptr<PyObject> progress_;  // null: nobody wants to know
  bool is_bar_ = false;

  std::mutex mutex_;  // guards the rest; nothing of Python runs under it
  std::deque<std::string> records_;
  std::optional<std::size_t> ended_;
  std::size_t ids_ = 0;
  bonin::Call call_;
  bool asked_ = false;
};

/// Has a loop tell: a completion that settles no future.
class OnLoop final : public aio::Pending {
 public:
  explicit OnLoop(std::shared_ptr<Watcher> watcher) : Pending(nullptr, 0), watcher_(std::move(watcher)) {}
  bonin::Call begin(const std::shared_ptr<Pending>&) override { return {}; }
  py::object value() override { return py::none(); }
  bool run() override { return watcher_->tell(); }

 private:
  const std::shared_ptr<Watcher> watcher_;
};

std::vector<std::string> to_ids(py::handle given) {
  if (PyUnicode_Check(given.ptr()) != 0 || PyBytes_Check(given.ptr()) != 0 ||
      PyObject_HasAttrString(given.ptr(), "__iter__") == 0) {
    raise(ErrorKind::invalid_argument, "`ids` must be a list, or something iterable, of strings", "ids");
  }
  std::vector<std::string> ids;
  for (const auto id : py::iter(given)) {
    if (ids.size() == bonin::VerifyManyOptions::most_ids) raise(bonin::too_many_ids());
    ids.push_back(to_text(id, "ids/" + std::to_string(ids.size())));
  }
  return ids;
}

double to_number(py::handle value, const std::string& parameter) {
  const bool number = PyBool_Check(value.ptr()) == 0 && (PyFloat_Check(value.ptr()) || PyLong_Check(value.ptr()));
  const double read = number ? PyFloat_AsDouble(value.ptr()) : 0;
  if (number && PyErr_Occurred() == nullptr) return read;
  PyErr_Clear();
  raise(ErrorKind::invalid_argument, "`" + parameter + "` must be a number", parameter);
}

/// All that one call is made of. It holds no Python object but by way of `watcher`.
struct Many {
  Many(const Verifier& self, Arguments& arguments)
      : verifier(self), ids(to_ids(arguments.need("ids"))), watcher(std::make_shared<Watcher>(self, arguments)) {
    arguments.own_id("subject", options.each.subject);
    options.each.expect = to_expect(arguments.given("expect"));
    arguments.duration("timeout_ms", options.each.timeout);
    options.each.caller = Caller::current();
    int at_once = static_cast<int>(options.at_once);
    arguments.integer("at_once", at_once);
    options.at_once = at_once < 0 ? 0 : static_cast<std::size_t>(at_once);
    if (const auto rate = arguments.find("per_second")) options.per_second = to_number(rate, "per_second");
    serve_own_stores();
  }

  /// `come`: has somebody tell. Any thread.
  bonin::Call begin(bonin::Callback<bonin::JudgedPtr> done, const std::function<void()>& come) const {
    bonin::VerifyManyWatch watch;
    watch.progress = [watcher = watcher, come](std::size_t ended, std::size_t all, const bonin::Call& call) {
      if (watcher->put(ended, all, call)) come();
    };
    if (verifier.takes_record) {
      watch.decided = [watcher = watcher, come](const bonin::Decision& decision) {
        if (watcher->put(decision.record())) come();
      };
    }
    return bonin::verify_many(verifier, ids, options, std::move(done), std::move(watch));
  }

  Verifier verifier;
  std::vector<std::string> ids;
  bonin::VerifyManyOptions options;
  std::shared_ptr<Watcher> watcher;
};

constexpr const char* awaited_name = "averify_many";
constexpr const char* blocking_name = "verify_many";

std::shared_ptr<Many> read_many(const Verifier& verifier, Arguments& given) {
  return std::make_shared<Many>(verifier, given);
}

constexpr std::array<const char*, 1> places{"ids"};

py::object blocking(const Given& given) {
  const UnderPython under;
  SelfOf<Verifier> of(blocking_name, given);
  const Verifier& self = of.get();
  Arguments arguments(blocking_name, given.after_self(), places);
  const auto [many, caller] = started(read_many, self, arguments, true);
  const auto start = [many = many, caller = caller](bonin::Callback<bonin::JudgedPtr> done) {
    return many->begin(std::move(done), [watcher = many->watcher, caller] {
      Errand errand = [watcher] { return watcher->tell(); };
      ask_who_waits(caller, errand);
    });
  };
  auto judged = blocked<bonin::JudgedPtr>(self.portone(), start, caller, Errands::of_call);
  many->watcher->finish();
  return to_python(std::move(judged));
}

/// What a coroutine awaits.
class Awaited final : public aio::Pending {
 public:
  Awaited(std::shared_ptr<const Many> many, std::uint64_t caller)
      : Pending(many->verifier.portone(), caller), watcher_(many->watcher), many_(std::move(many)) {}

  bonin::Call begin(const std::shared_ptr<Pending>& self) override {
    const auto one = std::static_pointer_cast<Awaited>(self);
    const auto done = [one](bonin::Result<bonin::JudgedPtr> result) {
      one->result_.emplace(std::move(result));
      one->deliver(one);
    };
    return std::exchange(many_, nullptr)->begin(done, [one] { one->deliver(std::make_shared<OnLoop>(one->watcher_)); });
  }
  py::object value() override {
    watcher_->finish();
    return to_python(take(std::move(*result_)));
  }

 private:
  const std::shared_ptr<Watcher> watcher_;
  std::shared_ptr<const Many> many_;  // null: begun
  std::optional<bonin::Result<bonin::JudgedPtr>> result_;
};

py::object awaited(const Given& given) {
  const UnderPython under;
  SelfOf<Verifier> of(awaited_name, given);
  const Verifier& self = of.get();
  Arguments arguments(awaited_name, given.after_self(), places);
  const auto [many, caller] = started(read_many, self, arguments, false);
  listen(self.portone().get());
  return aio::coroutine(awaited_name, std::make_shared<Awaited>(many, caller));
}

constexpr const char* doc =
    "($self, ids, *, subject=None, expect={}, at_once=64, per_second=None, progress=None, timeout_ms=None)\n--\n\n"
    "Judges each id as verify() does, in one call: a Judged. For jobs, such as a nightly check of all members.\n\n"
    "ids: strings, 100,000 at most. at_once: so many are under way at once, 1 to 1,000. per_second: so many are begun "
    "within a second; as fast as it goes by default. progress: progress(done, total) is told now and then how many "
    "have ended, and stops it by answering False; True shows a bar. subject, expect: as in verify(), for all. "
    "timeout_ms: of each id; the client's by default.\n\n"
    "An id about which nothing can be decided has its error for an answer, and the others go on. It stops early, and "
    "returns what it has, where going on would not help. Raises InvalidArgument.";

}  // namespace

void add_verify_many(py::class_<Verifier>& cls) {
  static const std::string blocking_doc = std::string(blocking_name) + doc;
  static const std::string awaited_doc =
      std::string(awaited_name) + doc + "\n\nTo be awaited; cancelling the task cancels the call.";
  add_method(cls, blocking_name, blocking_doc.c_str(), blocking);
  add_method(cls, awaited_name, awaited_doc.c_str(), awaited);
}
