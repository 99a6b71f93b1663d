// A bare libcurl multi loop: fetches one certification over and over, reads nothing of it. What HTTP alone costs.

#include <curl/curl.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "report.hpp"

namespace {

struct Fetch {
  CURL* easy = nullptr;
  std::string body;
  Clock::time_point began;
};

std::size_t append(char* data, std::size_t, std::size_t size, void* target) {
  static_cast<std::string*>(target)->append(data, size);
  return size;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return std::fprintf(stderr, "usage: bare_curl URL AUTHORIZATION CONCURRENCY SECONDS\n"), 2;
  const std::string url = argv[1];
  const int concurrency = std::atoi(argv[3]);
  const std::chrono::duration<double> limit(std::atof(argv[4]));
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM* multi = curl_multi_init();
  curl_slist* headers = curl_slist_append(nullptr, (std::string("Authorization: ") + argv[2]).c_str());
  std::vector<std::unique_ptr<Fetch>> fetches;
  Report report("bare libcurl multi", concurrency);
  const auto begin = [&](Fetch& fetch) {
    fetch.body.clear();
    fetch.began = Clock::now();
    curl_multi_add_handle(multi, fetch.easy);
  };
  for (int i = 0; i < concurrency; ++i) {
    auto fetch = std::make_unique<Fetch>();
    fetch->easy = curl_easy_init();
    curl_easy_setopt(fetch->easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(fetch->easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(fetch->easy, CURLOPT_WRITEFUNCTION, &append);
    curl_easy_setopt(fetch->easy, CURLOPT_WRITEDATA, &fetch->body);
    curl_easy_setopt(fetch->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(fetch->easy, CURLOPT_PRIVATE, fetch.get());
    fetches.push_back(std::move(fetch));
  }
  const auto run_until = [&](Clock::time_point end) {
    int running = concurrency;
    for (auto& fetch : fetches) begin(*fetch);
    while (running > 0) {
      curl_multi_perform(multi, &running);
      int left = 0;
      while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
        CURL* easy = message->easy_handle;
        Fetch* fetch = nullptr;
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &fetch);
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (message->data.result != CURLE_OK || status != 200) {
          std::fprintf(stderr, "bare_curl: %s, HTTP %ld\n", curl_easy_strerror(message->data.result), status);
          std::exit(1);
        }
        curl_multi_remove_handle(multi, easy);
        report.add(fetch->began);
        if (Clock::now() < end) {
          begin(*fetch);
          ++running;
        }
      }
      if (running > 0) curl_multi_poll(multi, nullptr, 0, 100, nullptr);
    }
  };
  run_until(Clock::now() + std::chrono::milliseconds(300));  // connections are made, caches are warm
  report.start();
  run_until(Clock::now() + std::chrono::duration_cast<Clock::duration>(limit));
  report.print();
}
