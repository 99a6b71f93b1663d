#include "bonin/import.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <numeric>

#include "model/provider.hpp"
#include "model/steps.hpp"
#include "registry/import_file.hpp"
#include "registry/operation.hpp"

namespace bonin {

using namespace registry_detail;

namespace {

constexpr int most_conflicts = 1'000'000;

/// What one transaction takes in.
struct Intake {
  std::vector<ImportRow> raw;  // until they are hashed
  std::vector<std::int64_t> numbers;
  std::vector<ImportConflict> conflicts;  // of rows that cannot be read
  // Of the rows that can, in the same order as `taken`.
  std::vector<Arrival> arrivals;
  std::vector<UseRow> uses;
  std::vector<std::int64_t> taken;

  std::int64_t rows = 0;
  bool more = false;

  Intake() = default;
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;
  ~Intake() { wipe(); }
  void wipe() {
    for (auto& row : raw) crypto::wipe(row.value.data(), row.value.size());
    raw.clear();
  }
};
using IntakePtr = std::shared_ptr<Intake>;

bool is_base64(std::string_view text, std::size_t size, std::size_t fewest_pads, std::size_t most_pads) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() != size) return false;
  const auto end = text.find_last_not_of('=') + 1;
  return size - end >= fewest_pads && size - end <= most_pads &&
         text.substr(0, end).find_first_not_of(letters) == std::string_view::npos;
}

/// What tables write for nothing, and what is no one text.
bool is_obviously_broken(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const bool nothing = lower == "null" || lower == "none" || lower == "nil" || lower == "undefined" || lower == "nan";
  crypto::wipe(lower.data(), lower.size());
  return nothing || std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= 0x20 || c == 0x7f; });
}

bool good_value(KeyKind kind, std::string_view value, bool any_value) {
  if (!Keyring::fits(value) || is_obviously_broken(value)) return false;
  if (any_value) return true;
  return kind == KeyKind::ci ? is_base64(value, 88, 2, 2) : is_base64(value, 64, 0, 2);
}

struct Reader {
  const Keyring& ring;
  const Attests& attests;
  bool any_value;

  /// Why this kind and this account cannot be, if they cannot.
  std::string_view refuse(std::string_view kind, std::string_view account) const {
    const auto known = kind == "ci" ? KeyKind::ci : KeyKind::di;
    if (kind != "ci" && kind != "di") return "bad_kind";
    if (!ring.counts(known)) return "unused_kind";
    return check_text("account_id", account) ? "bad_account" : std::string_view();
  }

  std::string_view read(const ImportRow& row, Arrival& arrival) const {
    if (const auto reason = refuse(row.kind, row.account_id); !reason.empty()) return reason;
    const auto kind = row.kind == "ci" ? KeyKind::ci : KeyKind::di;
    if (!good_value(kind, row.value, any_value)) return "bad_value";
    auto provider = provider_name(row.provider);
    // Who verified a CI says nothing about who it is.
    const bool known = provider.empty() ? kind == KeyKind::ci : !is_unknown_provider(provider, attests);
    if (!known) return "unknown_provider";
    if (!row.merchant.empty() && check_text("merchant", row.merchant)) return "bad_merchant";
    auto key = ring.hashed(kind, row.value, provider, row.merchant);
    arrival.keys.push_back({kind, std::move(key.hashes), 0, std::move(provider), 0});
    arrival.person.account = row.account_id;
    return {};
  }

  std::string_view read(const ImportKey& row, Arrival& arrival) const {
    if (const auto reason = refuse(row.kind, row.account_id); !reason.empty()) return reason;
    arrival.person.account = row.account_id;
    return read({row.kind == "ci" ? KeyKind::ci : KeyKind::di, row.pepper_id, row.hash, row.provider},
                row.received_at.value_or(Moment{}), arrival);
  }

  std::string_view read(const PersonKey& key, Moment received_at, Arrival& arrival) const {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto pepper = ring.place(key.pepper_id);
    if (pepper == ring.size()) return "unknown_pepper";
    if (key.hash.size() != 64 || key.hash.find_first_not_of(digits) != std::string::npos) return "bad_value";
    if (!key.provider.empty() && check_text("provider", key.provider)) return "unknown_provider";
    arrival.keys.push_back({key.kind,
                            {hash_of_hex(key.hash)},
                            pepper,
                            key.provider,
                            static_cast<Millis>(received_at.time_since_epoch().count())});
    return {};
  }

  std::string_view read(const PersonRecord& person, Arrival& arrival) const {
    std::string_view reason = person.keys.empty() ? "" : "unused_kind";
    for (const auto& [key, received_at] : person.keys) {
      if (!ring.counts(key.kind)) continue;
      reason = read(key, received_at, arrival);
      if (!reason.empty()) return reason;
    }
    const auto at = [](const std::optional<Moment>& when) { return when ? when->time_since_epoch().count() : 0; };
    arrival.person.account = person.account_id;
    arrival.person.rejoin_at = at(person.rejoin_at);
    if (person.banned) arrival.person.banned_until = person.banned_until ? at(person.banned_until) : for_ever;
    arrival.person.ban_reason = person.ban_reason;
    return reason;
  }
};

/// Adds what a row says to the intake, or why it cannot be read.
template <class Row>
void read_into(Intake& intake, const Reader& reader, std::int64_t number, const Row& row) {
  Arrival arrival;
  if (const auto reason = reader.read(row, arrival); !reason.empty()) {
    intake.conflicts.push_back({number, reason});
    return;
  }
  intake.arrivals.push_back(std::move(arrival));
  intake.taken.push_back(number);
}

/// Hashes the rows on the lane's thread, before the transaction begins.
class ImportJob final : public Job {
 public:
  using Taken = std::vector<Arrived>;
  ImportJob(std::shared_ptr<Answer<Taken>> answer, IntakePtr intake, std::shared_ptr<const Import::Impl> import,
            bool several_peppers)
      : Job(answer),
        answer_(std::move(answer)),
        intake_(std::move(intake)),
        import_(std::move(import)),
        several_peppers_(several_peppers) {}

  /// Under one pepper the unique index judges between two. Under several, machines may write one person's key under
  /// different ones.
  void locks(std::vector<std::int64_t>& all) const override {
    if (!several_peppers_) return;
    hash();
    for (const auto& arrival : intake_->arrivals) {
      for (const auto& key : arrival.keys) {
        for (const auto& hash : key.hashes) all.push_back(lock_of(hash));
      }
    }
  }
  /// It looks at many rows, and holds none of them.
  void wants(Wanted&) const override { hash(); }
  void run(Rules& rules) override {
    hash();
    taken_ = intake_->uses.empty() ? rules.take_in(intake_->arrivals) : rules.take_in_uses(intake_->uses);
  }
  void skip() override { taken_.reset(); }
  void settle() override {
    if (!taken_) return call->fail(make_error(ErrorKind::internal, "the call was not made"));
    answer_->give(std::move(*taken_));
  }

 private:
  void hash() const;

  const std::shared_ptr<Answer<Taken>> answer_;
  const IntakePtr intake_;
  const std::shared_ptr<const Import::Impl> import_;
  const bool several_peppers_;
  std::optional<Taken> taken_;
};

}  // namespace

struct Import::Impl {
  std::shared_ptr<Registry::Impl> registry;
  ImportOptions options;
  Attests attests;

  mutable std::mutex mutex;  // guards the rest
  std::int64_t given = 0;    // rows, as far as they are numbered
  ImportReport report;
  // In another registry.
  std::int64_t after_person = 0;
  bool persons_done = false;
  std::string after_use;

  Reader reader() const { return {*registry->ring, attests, options.any_value}; }

  std::int64_t number(std::size_t rows) {
    const std::lock_guard lock(mutex);
    return std::exchange(given, given + static_cast<std::int64_t>(rows)) + 1;
  }

  ImportBatch add_up(Intake& intake, const std::vector<Arrived>& taken) {
    std::vector<ImportConflict> conflicts = intake.conflicts;
    const std::lock_guard lock(mutex);
    report.rows += intake.rows;
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const auto& one = taken[i];
      report.persons += one.persons;
      report.keys += one.keys;
      report.moved += one.moved;
      if (!intake.uses.empty()) report.uses += one.changed ? 1 : 0;
      if (!one.reason.empty()) {
        conflicts.push_back({intake.taken[i], one.reason});
      } else if (one.persons + one.keys + one.moved == 0 && !one.changed) {
        ++report.existing;
      }
    }
    // Lines that are broken were found first, then rows that cannot be read; a row has one reason.
    std::sort(conflicts.begin(), conflicts.end(),
              [](const ImportConflict& a, const ImportConflict& b) { return a.row < b.row; });
    for (const auto& conflict : conflicts) {
      const auto* const reason = std::find(import_reasons.begin(), import_reasons.end(), conflict.reason);
      ++report.left_out[static_cast<std::size_t>(reason - import_reasons.begin())];
      if (report.conflicts.size() < static_cast<std::size_t>(options.conflicts)) report.conflicts.push_back(conflict);
    }
    return {std::move(conflicts), intake.more};
  }

  /// Takes a batch in. `before` runs before the answer is given.
  static Call take_in(const std::shared_ptr<Impl>& self, IntakePtr intake, const Callback<ImportBatch>& done,
                      const CallOptions& call, std::function<void()> before = {}) {
    auto answered = [self, intake, done, before = std::move(before)](Result<std::vector<Arrived>> taken) {
      if (!taken) return done(std::move(taken.error()));
      if (before) before();
      done(self->add_up(*intake, taken.value()));
    };
    if (intake->raw.empty() && intake->arrivals.empty() && intake->uses.empty()) {
      return answered(std::vector<Arrived>()), Call{};
    }
    const auto engine = self->registry->running();
    auto answer = engine->begin<std::vector<Arrived>>(RegistryOperation::import_batch, call, std::move(answered));
    engine->write(std::make_unique<ImportJob>(answer, std::move(intake), self, self->registry->ring->size() > 1));
    return Call(answer);
  }
};

void ImportJob::hash() const {
  const auto reader = import_->reader();
  for (std::size_t i = 0; i < intake_->raw.size(); ++i) {
    read_into(*intake_, reader, intake_->numbers[i], intake_->raw[i]);
  }
  intake_->wipe();
}

std::int64_t ImportReport::left_out_count() const noexcept {
  return std::accumulate(left_out.begin(), left_out.end(), std::int64_t{0});
}

Result<Import> Registry::begin_import() const { return begin_import({}); }

Result<Import> Registry::begin_import(const ImportOptions& options) const {
  if (auto error = refusal_of(impl_.get(), {})) return std::move(*error);
  if (impl_->own) {
    return invalid_argument("own_store", "an application's own store takes nobody in: insert into its tables");
  }
  if (options.conflicts < 0 || options.conflicts > most_conflicts) {
    return invalid_argument("conflicts", "expected 0 to 1000000");
  }
  auto attests = check_attests(options.attests);
  if (!attests) return attests.error();
  auto impl = std::make_shared<Import::Impl>();
  impl->registry = impl_;
  impl->options = options;
  impl->attests = std::move(attests.value());
  return Import(std::move(impl));
}

namespace {

Error too_many() {
  return invalid_argument("rows", "expected at most " + std::to_string(Import::batch) + " rows a batch");
}

}  // namespace

Call Import::add(std::vector<ImportRow> rows, Callback<ImportBatch> done, const CallOptions& call) const {
  if (refused(impl_->registry, call, done)) return {};
  if (rows.size() > batch) return refuse(done, too_many());
  auto intake = std::make_shared<Intake>();
  intake->rows = static_cast<std::int64_t>(rows.size());
  intake->numbers.resize(rows.size());
  std::iota(intake->numbers.begin(), intake->numbers.end(), impl_->number(rows.size()));
  intake->raw = std::move(rows);
  return Impl::take_in(impl_, std::move(intake), done, call);
}

Call Import::add_keys(std::vector<ImportKey> keys, Callback<ImportBatch> done, const CallOptions& call) const {
  if (refused(impl_->registry, call, done)) return {};
  if (keys.size() > batch) return refuse(done, too_many());
  auto intake = std::make_shared<Intake>();
  intake->rows = static_cast<std::int64_t>(keys.size());
  auto number = impl_->number(keys.size());
  for (const auto& key : keys) read_into(*intake, impl_->reader(), number++, key);
  return Impl::take_in(impl_, std::move(intake), done, call);
}

Call Import::add_from(const std::shared_ptr<ImportFile>& file, Callback<ImportBatch> done,
                      const CallOptions& call) const {
  if (refused(impl_->registry, call, done)) return {};
  auto intake = std::make_shared<Intake>();
  for (auto& line : file->impl_->next(batch)) {
    ++intake->rows;
    if (line.broken) {
      intake->conflicts.push_back({line.number, "broken_line"});
    } else {
      intake->numbers.push_back(line.number);
      intake->raw.push_back(std::move(line.row));
    }
  }
  intake->more = !file->impl_->ended;
  return Impl::take_in(impl_, std::move(intake), done, call);
}

Call Import::add_from(const Registry& source, Callback<ImportBatch> done, const CallOptions& call) const {
  if (refused(impl_->registry, call, done) || refused(source.impl_, call, done)) return {};
  if (refused_by_own_store(*source.impl_, done)) return {};
  if (source.impl_ == impl_->registry) return refuse(done, invalid_argument("source", "expected another registry"));
  const auto& ring = *impl_->registry->ring;
  for (std::size_t i = 0; i < source.impl_->ring->size(); ++i) {
    const auto& row = source.impl_->ring->row(i);
    const auto place = ring.place(row.id);
    if (place < ring.size() && ring.row(place).proof != row.proof) {
      return refuse(done,
                    make_error(ErrorKind::invalid_pepper,
                               "the pepper `" + row.id +
                                   "` is not the same one in both registries; give both the same pepper under a name"));
    }
  }
  const auto& options = impl_->registry->engine_options;
  const auto steps = std::make_shared<Steps>(options.clock, call.timeout.value_or(options.timeout), call.caller);
  const auto self = impl_;
  const auto intake = std::make_shared<Intake>();
  const auto take_in = [self, steps, intake, done](std::function<void()> before) {
    const auto left = steps->left();
    if (!left) return done(left.error());
    steps->begin([&] { return Impl::take_in(self, intake, done, left.value(), std::move(before)); });
  };
  bool persons_done = false;
  std::int64_t after_person = 0;
  std::string after_use;
  {
    const std::lock_guard lock(self->mutex);
    persons_done = self->persons_done;
    after_person = self->after_person;
    after_use = self->after_use;
  }
  const auto left = steps->left();
  if (!left) return refuse(done, left.error());
  intake->more = true;
  if (!persons_done) {
    const auto read = [self, intake, take_in, done](Result<PersonPage> page) {
      if (!page) return done(std::move(page.error()));
      intake->rows = static_cast<std::int64_t>(page->items.size());
      for (const auto& person : page->items) read_into(*intake, self->reader(), person.person, person);
      take_in([self, next = page->next] {
        const std::lock_guard lock(self->mutex);
        self->after_person = next;
        self->persons_done = next == 0;
      });
    };
    steps->begin([&] { return source.export_page(after_person, static_cast<int>(batch), read, left.value()); });
  } else {
    const auto read = [self, intake, take_in, done](Result<std::vector<UseRow>> uses) {
      if (!uses) return done(std::move(uses.error()));
      intake->uses = std::move(uses.value());
      intake->rows = static_cast<std::int64_t>(intake->uses.size());
      intake->taken.resize(intake->uses.size());
      intake->more = intake->uses.size() == batch;
      take_in([self, last = intake->uses.empty() ? std::string() : intake->uses.back().id_hash] {
        const std::lock_guard lock(self->mutex);
        self->after_use = last;
      });
    };
    const auto look = [after_use](Rules& rules) {
      return Result<std::vector<UseRow>>(rules.uses_after(after_use, static_cast<int>(batch)));
    };
    steps->begin([&] {
      return survey<std::vector<UseRow>>(*source.impl_, RegistryOperation::export_page, left.value(), look, read,
                                         false);
    });
  }
  return Call(std::weak_ptr<Call::State>(steps));
}

ImportReport Import::report() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->report;
}

}  // namespace bonin
