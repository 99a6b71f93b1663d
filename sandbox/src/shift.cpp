#include "shift.hpp"

#include <sys/mman.h>

#include <new>

namespace bonin::sandbox {

std::shared_ptr<Shift> Shift::make() {
  void* memory = mmap(nullptr, sizeof(Shift), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  return {new (memory) Shift, [](Shift* shift) { munmap(shift, sizeof(Shift)); }};
}

}  // namespace bonin::sandbox
