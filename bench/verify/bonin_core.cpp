// bonin from C++: what the core costs without a binding.

#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>

#include "bonin/bonin.hpp"
#include "report.hpp"

int main(int argc, char** argv) {
  if (argc != 7) {
    return std::fprintf(stderr, "usage: bonin_core BASE_URL API_SECRET ID CA_FILE CONCURRENCY SECONDS\n"), 2;
  }
  const std::string id = argv[3];
  const int concurrency = std::atoi(argv[5]);
  const std::chrono::duration<double> limit(std::atof(argv[6]));
  bonin::PortOneV2::Options options;
  options.api_secret = bonin::Secret(argv[2]);
  options.connection.base_url = argv[1];
  options.connection.ca_file = argv[4];
  const auto portone = bonin::PortOneV2::create(std::move(options)).value();
  const auto policy =
      bonin::Policy::parse(R"({"name":"bench","rules":[{"fresh":"24h"},{"age":{"at_least":19,"by":"year"}}]})").value();
  const auto verifier = bonin::Verifier::create({portone, policy}).value();

  // Guards `running` and `report`: callbacks come on the I/O thread.
  std::mutex mutex;
  std::condition_variable all_done;
  int running = 0;
  Report report("bonin C++ (V2)", concurrency);
  Clock::time_point end;
  std::function<void()> next = [&] {
    const auto began = Clock::now();
    verifier.verify(id, {}, [&, began](bonin::Result<bonin::Decision> decision) {
      if (!decision || !decision->allowed()) {
        std::fprintf(stderr, "bonin_core: %s\n", decision ? "denied" : decision.error().what().c_str());
        std::exit(1);
      }
      bool again = false;
      {
        const std::lock_guard lock(mutex);
        report.add(began);
        again = Clock::now() < end;
        if (!again && --running == 0) all_done.notify_all();
      }
      if (again) next();
    });
  };
  const auto run_for = [&](Clock::duration time) {
    end = Clock::now() + time;
    running = concurrency;
    for (int i = 0; i < concurrency; ++i) next();
    std::unique_lock lock(mutex);
    all_done.wait(lock, [&] { return running == 0; });
  };
  run_for(std::chrono::milliseconds(500));
  report.start();
  run_for(std::chrono::duration_cast<Clock::duration>(limit));
  report.print();
  bonin::shutdown();
}
