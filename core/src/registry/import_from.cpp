// Everything of another registry, moved in: its persons, then the uses of ids.

#include "model/steps.hpp"
#include "registry/import_impl.hpp"
#include "registry/operation.hpp"

namespace bonin {

using namespace registry_detail;

Call Import::add_from(const Registry& source, Callback<ImportBatch> done, const CallOptions& call) const {
  if (refused(impl_->registry, call, done) || refused(source.impl_, call, done)) return {};
  if (refused_by_own_store(*source.impl_, done)) return {};
  if (source.impl_ == impl_->registry) return refuse(done, expected("source", "another registry"));
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

}  // namespace bonin
