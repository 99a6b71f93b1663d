#include "record_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <filesystem>
#include <mutex>
#include <vector>

#include "model/invalid_argument.hpp"
#include "registry/thread.hpp"
#include "transport/engine.hpp"

namespace bonin {
namespace {

/// Lines that go out in one write(2), unless one alone is longer.
constexpr std::size_t batch_bytes = 64 * 1024;
constexpr std::chrono::seconds retry_pause{1};
constexpr std::chrono::seconds last_patience{2};

/// Never waits: not for a reader of a pipe either.
int open_to_append(const std::string& path, int make = O_CREAT) {
  return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | make, 0640);
}

/// Says what keeps the file from being written; 0: nothing. Makes no file: whoever checks the settings may be another
/// user than the one that writes.
int hindrance(const std::string& path) {
  if (const int descriptor = open_to_append(path, 0); descriptor >= 0) {
    ::close(descriptor);
    return 0;
  }
  if (errno != ENOENT) return errno;
  const auto folder = std::filesystem::path(path).parent_path().string();
  return ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

const char* word_of(int number) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
      return "disk_full";
    case EACCES:
    case EPERM:
    case EROFS:
      return "no_permission";
    case ENOENT:
    case ENOTDIR:
      return "no_directory";
    case EFBIG:
      return "too_large";
    case EMFILE:
    case ENFILE:
      return "no_descriptor";
    default:
      return "failed";
  }
}

}  // namespace

/// What one process writes.
class RecordFile::Writer : public std::enable_shared_from_this<Writer> {
 public:
  explicit Writer(std::shared_ptr<const Options> options) : options_(std::move(options)) {}
  ~Writer() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  void write(std::string line, std::function<void()> answer) {
    if (!keep(std::move(line), answer)) answer();
  }

  Counts counts() const {
    const std::lock_guard lock(mutex_);
    return {written_, lines_.size(), lost_};
  }

  /// What waits is still tried, and nobody waits for it: the caller may be the I/O thread, or hold the GIL.
  void let_go() noexcept {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
  }

  void stop() noexcept {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join(last_patience);
    // Only a disk that is silent leaves any, and nobody else would answer them now.
    std::vector<std::function<void()>> due;
    {
      const std::lock_guard lock(mutex_);
      due = take_answers(true);
    }
    run(due);
  }

 private:
  /// False: nothing is to be waited for.
  bool keep(std::string line, const std::function<void()>& answer) {
    const std::lock_guard lock(mutex_);
    if (lines_.size() >= most_waiting || stopping_) {
      ++lost_;
      return false;
    }
    line += '\n';
    lines_.push_back(std::move(line));
    const bool runs = thread_.start([self = shared_from_this()] {
      self->loop();
      self->thread_.join();  // it releases itself, since nobody may wait for it
    });
    wake_.notify_one();
    if (!runs || failing_ || silent_) return false;
    answers_.push_back({taken_ + lines_.size(), std::chrono::steady_clock::now(), answer});
    look_after();
    return true;
  }

  struct Answer {
    std::uint64_t line;  // the number of its line, from 1 on
    std::chrono::steady_clock::time_point since;
    std::function<void()> run;
  };

  /// Takes those out whose lines are written, or all.
  std::vector<std::function<void()>> take_answers(bool all) {
    std::vector<std::function<void()>> due;
    while (!answers_.empty() && (all || answers_.front().line <= taken_)) {
      due.push_back(std::move(answers_.front().run));
      answers_.pop_front();
    }
    return due;
  }

  static void run(const std::vector<std::function<void()>>& answers) {
    for (const auto& answer : answers) answer();
  }

  /// Answers those whose line the disk is silent about, when the patience with the first of them is over. One look is
  /// under way at most.
  void look_after() {
    if (looking_) return;
    const auto engine = Engine::current();
    const auto waited = std::chrono::steady_clock::now() - answers_.front().since;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(patience - waited);
    looking_ = engine->post([self = weak_from_this(), engine = std::weak_ptr(engine), left] {
      if (const auto running = engine.lock()) {
        running->after(left, [self] {
          if (const auto writer = self.lock()) writer->look();
        });
      }
    });
    if (!looking_) silent_ = true;  // the process is ending: nobody would look
  }

  void look() {
    std::vector<std::function<void()>> due;
    {
      const std::lock_guard lock(mutex_);
      looking_ = false;
      if (answers_.empty()) return;
      if (std::chrono::steady_clock::now() - answers_.front().since >= patience) {
        silent_ = true;
        due = take_answers(true);
      } else {
        look_after();
      }
    }
    run(due);
  }

  void loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return stopping_ || !lines_.empty(); });
      if (lines_.empty()) return;
      std::string text;
      std::size_t count = 0;
      for (const auto& line : lines_) {
        if (count > 0 && text.size() + line.size() > batch_bytes) break;
        text += line;
        ++count;
      }
      lock.unlock();
      const int error = put(text);
      lock.lock();
      const auto whole =
          static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<long>(put_), '\n'));
      lines_.erase(lines_.begin(), lines_.begin() + static_cast<long>(whole));
      taken_ += whole;
      written_ += whole;
      silent_ = false;
      const bool fails = error != 0;
      const bool changed = std::exchange(failing_, fails) != fails;
      auto due = take_answers(fails);
      const auto lost = lost_;
      lock.unlock();
      run(due);
      due.clear();  // the verifier may go with them
      if (changed) tell(error, lost);
      lock.lock();
      if (!failing_) continue;
      if (stopping_) {
        lost_ += lines_.size();
        lines_.clear();
        return;
      }
      wake_.wait_for(lock, retry_pause);  // the next line tries as well
    }
  }

  /// Appends as much as it can: `put_` bytes. The error's number, or 0.
  int put(std::string_view text) {
    put_ = 0;
    if (!ready()) return errno;
    // What a full disk left of a line gets an end of its own, so that it spoils no other.
    if (broken_) {
      if (write_out("\n") != 1) return last_error();
      broken_ = false;
    }
    std::size_t done = 0;
    while (done < text.size()) {
      const long written = write_out(text.substr(done));
      if (written <= 0) break;
      done += static_cast<std::size_t>(written);
    }
    const int error = done == text.size() ? 0 : last_error();
    broken_ = done > 0 && text[done - 1] != '\n';
    const auto end = done == 0 ? std::string_view::npos : text.rfind('\n', done - 1);
    put_ = end == std::string_view::npos ? 0 : end + 1;
    return error;
  }

  /// Of a write that brought out less than it was given.
  static int last_error() { return errno == 0 ? EIO : errno; }

  long write_out(std::string_view bytes) {
    for (;;) {
      errno = 0;
      const long written = options_->write ? options_->write(descriptor_, bytes.data(), bytes.size())
                                           : ::write(descriptor_, bytes.data(), bytes.size());
      if (written >= 0 || errno != EINTR) return written;
    }
  }

  /// Has the file that the path names now: another one after it was moved.
  bool ready() {
    struct stat now {};
    struct stat ours {};
    const bool there = ::stat(options_->path.c_str(), &now) == 0;
    if (descriptor_ >= 0 && there && ::fstat(descriptor_, &ours) == 0 && now.st_dev == ours.st_dev &&
        now.st_ino == ours.st_ino) {
      return true;
    }
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = open_to_append(options_->path);
    broken_ = false;
    return descriptor_ >= 0;
  }

  void tell(int error, std::uint64_t lost) const {
    if (!options_->tell) return;
    LogEvent event;
    event.area = "records";
    if (error == 0) {
      event.level = LogLevel::info;
      event.name = "recovered";
      event.fields = {{"lost", lost}};
    } else {
      event.level = LogLevel::warning;
      event.name = "failed";
      event.fields = {{"reason", word_of(error)}, {"errno", error}};
    }
    options_->tell(std::move(event));
  }

  const std::shared_ptr<const Options> options_;

  // Of the writing thread.
  int descriptor_ = -1;
  bool broken_ = false;  // the file ends with a part of a line
  std::size_t put_ = 0;  // bytes of whole lines that the last batch brought out

  mutable std::mutex mutex_;  // guards the rest; not held while anything is written or answered
  std::condition_variable wake_;
  std::deque<std::string> lines_;
  std::deque<Answer> answers_;
  std::uint64_t taken_ = 0;  // lines that were written: the number of the last one
  std::uint64_t written_ = 0, lost_ = 0;
  bool failing_ = false;  // the last batch could not be written
  bool silent_ = false;   // the disk has not answered for `patience`
  bool looking_ = false;
  bool stopping_ = false;
  registry_detail::Thread thread_;
};

namespace {

/// The writers of this process, for its end.
struct Writers {
  std::mutex mutex;  // guards `all`
  std::vector<std::weak_ptr<RecordFile::Writer>> all;
};

std::shared_ptr<Writers> writers_here() {
  static auto* const of_process = new PerProcess<Writers>;  // never freed: threads may look at it at exit
  return of_process->get([] { return std::make_shared<Writers>(); });
}

}  // namespace

Result<std::shared_ptr<RecordFile>> RecordFile::open(Options options) {
  if (options.path.find('\0') != std::string::npos) return invalid_argument("records", "a path holds no zero byte");
  std::error_code relative;  // the working directory may be another one later
  options.path = std::filesystem::absolute(options.path, relative).string();
  if (const int error = hindrance(options.path); error != 0) {
    return invalid_argument("records", "`" + options.path + "` cannot be written: " + std::strerror(error));
  }
  return std::make_shared<RecordFile>(std::move(options));
}

RecordFile::~RecordFile() {
  if (const auto writer = writers_.peek()) writer->let_go();
}

void RecordFile::write(std::string line, std::function<void()> answer) {
  const auto writer = writers_.get([this] {
    auto fresh = std::make_shared<Writer>(options_);
    const auto here = writers_here();
    const std::lock_guard lock(here->mutex);
    std::erase_if(here->all, [](const auto& one) { return one.expired(); });
    here->all.push_back(fresh);
    return fresh;
  });
  writer->write(std::move(line), std::move(answer));
}

RecordFile::Counts RecordFile::counts() const {
  const auto writer = writers_.peek();
  return writer ? writer->counts() : Counts{};
}

void RecordFile::end_all() noexcept {
  const auto here = writers_here();
  std::vector<std::weak_ptr<Writer>> all;
  {
    const std::lock_guard lock(here->mutex);
    all.swap(here->all);
  }
  for (const auto& one : all) {
    if (const auto writer = one.lock()) writer->stop();
  }
  registry_detail::Thread::join_leavers();
}

}  // namespace bonin
