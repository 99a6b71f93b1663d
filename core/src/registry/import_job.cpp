#include "registry/import_job.hpp"

#include "registry/import_reader.hpp"

namespace bonin::registry_detail {

void ImportJob::locks(std::vector<std::int64_t>& all) const {
  if (!several_peppers_) return;
  hash();
  for (const auto& arrival : intake_->arrivals) {
    for (const auto& key : arrival.keys) {
      for (const auto& hash : key.hashes) all.push_back(lock_of(hash));
    }
  }
}

void ImportJob::run(Rules& rules) {
  hash();
  taken_ = intake_->uses.empty() ? rules.take_in(intake_->arrivals) : rules.take_in_uses(intake_->uses);
}

void ImportJob::settle() {
  if (!taken_) return call->fail(make_error(ErrorKind::internal, "the call was not made"));
  answer_->give(std::move(*taken_));
}

void ImportJob::hash() const {
  const auto reader = import_->reader();
  for (std::size_t i = 0; i < intake_->raw.size(); ++i) {
    read_into(*intake_, reader, intake_->numbers[i], intake_->raw[i]);
  }
  intake_->wipe();
}

}  // namespace bonin::registry_detail
