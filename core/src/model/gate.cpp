#include "model/gate.hpp"

namespace bonin {

Gate::Place& Gate::Place::operator=(Place&& other) noexcept {
  if (this == &other) return *this;
  leave();
  inside_ = std::exchange(other.inside_, nullptr);
  return *this;
}

void Gate::Place::leave() noexcept {
  const auto inside = std::exchange(inside_, nullptr);
  if (inside && inside->calls_.fetch_sub(1) == 1) inside->tell_if_empty();
}

std::shared_ptr<Gate::Inside> Gate::inside() {
  return inside_.get([this] { return std::make_shared<Inside>(drains_); });
}

Gate::Place Gate::enter(const std::shared_ptr<Inside>& inside) {
  // Counted before the flag is read, and drain() sets the flag before it counts: one of the two sees the other.
  inside->calls_.fetch_add(1);
  Place place(inside);
  if (*inside->drains_) return {};
  return place;
}

void Gate::drain(std::function<void()> empty) {
  *drains_ = true;
  const auto inside = this->inside();
  {
    const std::lock_guard lock(inside->mutex_);
    inside->waiting_.push_back(std::move(empty));
  }
  inside->tell_if_empty();
}

void Gate::Inside::tell_if_empty() {
  std::vector<std::function<void()>> told;
  {
    const std::lock_guard lock(mutex_);
    if (calls_ != 0) return;  // whoever is inside tells them when it leaves
    told.swap(waiting_);
  }
  for (const auto& tell : told) tell();
}

}  // namespace bonin
