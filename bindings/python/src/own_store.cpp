#include "own_store.hpp"

#include <algorithm>
#include <utility>

#include "blocking.hpp"
#include "caller.hpp"
#include "errors.hpp"
#include "own_answer.hpp"
#include "own_queue.hpp"

using bonin::ErrorKind;

namespace {

/// Held by the registry alone: with it go the threads.
struct Owner {
  explicit Owner(std::shared_ptr<QuestionQueue> queue) : queue(std::move(queue)) {}
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  ~Owner() {
    if (queue->ours()) queue->close();
  }
  std::shared_ptr<QuestionQueue> queue;
};

// Under the GIL. Never freed: at exit there may be threads that still look at it.
std::vector<std::weak_ptr<QuestionQueue>>& queues() {
  static auto* const all = new std::vector<std::weak_ptr<QuestionQueue>>;
  return *all;
}

bool has(const py::object& store, const char* name) {
  const py::object function = py::getattr(store, name, py::none());
  if (function.is_none()) return false;
  if (PyCallable_Check(function.ptr()) != 0) return true;
  const std::string parameter = std::string("own_store.") + name;
  raise(ErrorKind::invalid_argument, "`" + parameter + "` must be callable", parameter);
}

/// Has questions asked by this function of the store.
template <class A, class... Given>
void carry(bonin::OwnStore::Function<A, Given...>& function, const char* name, A (*read)(py::handle),
           const py::object& store, const std::shared_ptr<const Owner>& owner) {
  if (!has(store, name)) return;
  function = [owner, name, read](Given... given, bonin::OwnCaller caller, bonin::Callback<A> done) {
    const auto id = caller.id;
    auto question =
        std::make_shared<QuestionOf<A, Given...>>(name, read, std::move(caller), std::move(done), std::move(given)...);
    Errand errand = [owner, question] { return owner->queue->ask_here(question); };
    if (!ask_who_waits(id, errand)) owner->queue->put(std::move(question));
  };
}

}  // namespace

bonin::OwnStore to_own_store(const py::object& store, std::chrono::milliseconds limit) {
  for (const char* name : {"find", "claim"}) {
    if (has(store, name)) continue;
    const std::string parameter = std::string("own_store.") + name;
    raise(ErrorKind::invalid_argument, "`" + parameter + "` must be callable", parameter);
  }
  const auto owner = std::make_shared<const Owner>(std::make_shared<QuestionQueue>(store, limit));
  queues().push_back(owner->queue);
  bonin::OwnStore own;
  carry(own.find, "find", read_found, store, owner);
  carry(own.claim, "claim", read_claim, store, owner);
  carry(own.standing, "standing", read_standing, store, owner);
  carry(own.consume, "consume", read_use, store, owner);
  carry(own.reserve, "reserve", read_place, store, owner);
  carry(own.commit, "commit", read_commit, store, owner);
  carry(own.cancel, "cancel", read_cancel, store, owner);
  carry(own.ban, "ban", read_ban, store, owner);
  carry(own.unban, "unban", read_unban, store, owner);
  carry(own.release, "release", read_release, store, owner);
  carry(own.forget, "forget", read_forget, store, owner);
  return own;
}

bool has_own_stores() noexcept { return !queues().empty(); }

void serve_own_stores() {
  if (Caller::current_blocks()) return;  // the functions run on the thread that waits
  auto& all = queues();
  std::erase_if(all, [](const auto& queue) { return queue.expired(); });
  for (std::size_t i = 0; i < all.size(); ++i) {  // starting a thread may let another one in here
    if (const auto queue = all[i].lock()) queue->serve(queue);
  }
}

void close_own_stores() {
  for (const auto& weak : queues()) {
    const auto queue = weak.lock();
    if (queue && queue->ours()) queue->close();
  }
}
