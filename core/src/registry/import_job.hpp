#pragma once
// One batch of an import, as a job of a lane.

#include <memory>
#include <optional>
#include <vector>

#include "registry/import_impl.hpp"
#include "registry/import_intake.hpp"
#include "registry/job.hpp"

namespace bonin::registry_detail {

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
  void locks(std::vector<std::int64_t>& all) const override;
  /// It looks at many rows, and holds none of them.
  void wants(Wanted&) const override { hash(); }
  void run(Rules& rules) override;
  void skip() override { taken_.reset(); }
  void settle() override;

 private:
  void hash() const;

  const std::shared_ptr<Answer<Taken>> answer_;
  const IntakePtr intake_;
  const std::shared_ptr<const Import::Impl> import_;
  const bool several_peppers_;
  std::optional<Taken> taken_;
};

}  // namespace bonin::registry_detail
