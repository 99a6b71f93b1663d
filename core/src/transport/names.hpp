#pragma once
// The addresses behind the names of hosts.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace bonin {

/// What a look-up found.
struct Addresses {
  std::string list;      // numeric, with commas between; empty: none
  int system_error = 0;  // there is none because this machine lacks something: errno
};

/// Looks names up on threads of its own. A look-up may take as long as the resolver needs to ask its second server. A
/// caller waits within its own time, and a later caller gets what an earlier look-up found. Known addresses are used
/// while newer ones are looked up. Thread-safety: the I/O thread, except the look-ups themselves.
class Names {
 public:
  static constexpr std::chrono::seconds fresh{30};   // then a use looks for newer ones
  static constexpr std::chrono::minutes usable{10};  // meanwhile, and when there are none

  using Found = std::function<void(const Addresses&)>;
  /// Runs a task on the I/O thread. Any thread.
  using Post = std::function<void(std::function<void()>)>;

  explicit Names(Post post);
  ~Names();  // look-ups under way end by themselves, and their results are dropped

  /// `found` is called at once when addresses are known. Empty ones say that the name was not found.
  void find(const std::string& host, Found found);
  /// Nothing answered at these addresses. The next caller waits for a new look-up.
  void doubt(const std::string& host);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Name {
    Addresses addresses;
    Time at{};  // when they were found
    bool looking = false;
    bool doubted = false;
    std::vector<Found> waiting;
  };
  /// What the thread of a look-up holds. It may outlive the Names object.
  struct Mail {
    std::mutex mutex;  // guards post; held for one
    Post post;         // empty: nobody is there any more
  };

  void look(const std::string& host, Name& name);
  void told(const std::string& host, Addresses addresses);

  const std::shared_ptr<Mail> mail_;
  std::map<std::string, Name> names_;
};

/// Is it an address or `localhost`, which need no look-up?
bool needs_no_look_up(const std::string& host);

}  // namespace bonin
