#include "bonin/import.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "registry/import_file.hpp"
#include "registry/import_job.hpp"
#include "registry/operation.hpp"

namespace bonin {

using namespace registry_detail;

namespace {

constexpr int most_conflicts = 1'000'000;

Error too_many() { return expected("rows", "at most " + std::to_string(Import::batch) + " rows a batch"); }

}  // namespace

ImportBatch Import::Impl::add_up(Intake& intake, const std::vector<Arrived>& taken) {
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

Call Import::Impl::take_in(const std::shared_ptr<Impl>& self, IntakePtr intake, const Callback<ImportBatch>& done,
                           const CallOptions& call, std::function<void()> before) {
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
    return expected("conflicts", "0 to 1000000");
  }
  auto attests = check_attests(options.attests);
  if (!attests) return attests.error();
  auto impl = std::make_shared<Import::Impl>();
  impl->registry = impl_;
  impl->options = options;
  impl->attests = std::move(attests.value());
  return Import(std::move(impl));
}

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

ImportReport Import::report() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->report;
}

}  // namespace bonin
