// kernel_times.so: which kernels a process has on the GPU, and in what share of a window of time one runs.
// The CUDA driver loads it into whatever process initialises CUDA with CUDA_INJECTION64_PATH set to its path.
//   MONGE_KERNEL_TIMES=FILE          FILE.<pid> is written, one JSON object; without it nothing is done
//   MONGE_KERNEL_TIMES_AFTER=8       seconds from injection to the window
//   MONGE_KERNEL_TIMES_FOR=5         seconds of the window
// CUPTI traces from injection on, not from the window on: graphs that were instantiated before CUPTI began
// have been known to give no records or worse. What comes before the window is thrown away unread. A graph's
// kernels have a record each, which costs time between them: `busy` is that of a process that is being
// watched.
#include <cupti.h>
#include <cxxabi.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

using Json = nlohmann::json;

constexpr std::size_t buffer_bytes = std::size_t{8} << 20;
constexpr std::size_t shown = 60;
constexpr std::size_t listed = 2000;        // of the window's first kernels, one by one
constexpr std::uint32_t copy = UINT32_MAX;  // in place of a kernel's name
constexpr CUpti_ActivityKind kinds[] = {CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL, CUPTI_ACTIVITY_KIND_MEMCPY,
                                        CUPTI_ACTIVITY_KIND_MEMSET};

struct Interval {
  std::uint64_t start, end;  // ns
  std::uint32_t name;
};

struct Recorder {
  std::string path;
  double after = 8, length = 5;        // s
  std::atomic<bool> reading{false};    // from the window's begin on
  std::atomic<bool> finishing{false};  // what has no times from here on has not run yet
  std::mutex mutex;                    // of all below
  std::vector<Interval> intervals;
  std::unordered_map<std::string, std::uint32_t> ids;
  std::size_t untimed = 0;
  std::string fault;
};

// Never destroyed: CUPTI's threads and ours live until the process ends.
Recorder& recorder() {
  static auto* const instance = new Recorder;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
  return *instance;
}

void check(CUptiResult result, const char* call) {
  if (result == CUPTI_SUCCESS) return;
  const char* text = nullptr;
  if (cuptiGetResultString(result, &text) != CUPTI_SUCCESS || text == nullptr) text = "an unknown error";
  throw std::runtime_error(std::string(call) + ": " + text + " (" + std::to_string(result) + ")");
}

void write(const Json& result) {
  const std::string path = recorder().path, unfinished = path + ".tmp";
  std::ofstream file(unfinished);
  file << result.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  file.close();
  std::error_code ignored;
  if (file) std::filesystem::rename(unfinished, path, ignored);
}

void give_buffer(std::uint8_t** buffer, std::size_t* size, std::size_t* most_records) {
  *buffer = static_cast<std::uint8_t*>(std::calloc(buffer_bytes, 1));  // null: CUPTI drops, and counts it
  *size = *buffer == nullptr ? 0 : buffer_bytes;
  *most_records = 0;
}

void read_buffer(std::uint8_t* buffer, std::size_t bytes) {
  auto& into = recorder();
  const std::scoped_lock lock(into.mutex);
  std::unordered_map<const char*, std::uint32_t> seen;  // CUPTI has one pointer a kernel
  const auto keep = [&](std::uint64_t start, std::uint64_t end, std::uint32_t name) {
    if (start != 0 && end >= start)
      into.intervals.push_back({start, end, name});
    else if (!into.finishing)
      ++into.untimed;
  };
  CUpti_Activity* record = nullptr;
  CUptiResult got = CUPTI_SUCCESS;
  while ((got = cuptiActivityGetNextRecord(buffer, bytes, &record)) == CUPTI_SUCCESS) {
    if (record->kind == CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL || record->kind == CUPTI_ACTIVITY_KIND_KERNEL) {
      const auto* kernel = reinterpret_cast<const CUpti_ActivityKernel10*>(record);
      const auto [id, is_new] = seen.try_emplace(kernel->name, 0);
      if (is_new) {
        const char* name = kernel->name == nullptr ? "?" : kernel->name;
        id->second = into.ids.try_emplace(name, static_cast<std::uint32_t>(into.ids.size())).first->second;
      }
      keep(kernel->start, kernel->end, id->second);
    } else if (record->kind == CUPTI_ACTIVITY_KIND_MEMCPY) {
      const auto* of = reinterpret_cast<const CUpti_ActivityMemcpy6*>(record);
      keep(of->start, of->end, copy);
    } else if (record->kind == CUPTI_ACTIVITY_KIND_MEMSET) {
      const auto* of = reinterpret_cast<const CUpti_ActivityMemset4*>(record);
      keep(of->start, of->end, copy);
    }
  }
  // An invalid kind is an incomplete record of a forced flush: the buffer's end, too.
  if (got != CUPTI_ERROR_MAX_LIMIT_REACHED && got != CUPTI_ERROR_INVALID_KIND)
    check(got, "cuptiActivityGetNextRecord");
}

void take_buffer(CUcontext, std::uint32_t, std::uint8_t* buffer, std::size_t, std::size_t bytes) {
  if (buffer != nullptr && bytes > 0 && recorder().reading) {
    try {
      read_buffer(buffer, bytes);
    } catch (const std::exception& error) {
      const std::scoped_lock lock(recorder().mutex);
      recorder().fault = error.what();
    }
  }
  std::free(buffer);
}

std::string demangled(const std::string& name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 && text ? text.get() : name;
}

// Seconds that these, sorted by their start, cover together: all of them, or the kernels only.
double covered(const std::vector<Interval>& intervals, bool with_copies) {
  std::uint64_t sum = 0, until = 0;
  for (const auto& [start, end, name] : intervals) {
    if (name == copy && !with_copies) continue;
    if (end > until) sum += end - std::max(start, until);
    until = std::max(until, end);
  }
  return 1e-9 * static_cast<double>(sum);
}

Json summary(std::uint64_t begin, std::uint64_t end, std::size_t dropped) {
  auto& from = recorder();
  const std::scoped_lock lock(from.mutex);
  if (!from.fault.empty()) throw std::runtime_error(from.fault);
  auto& intervals = from.intervals;
  std::erase_if(intervals, [=](const Interval& one) { return one.end <= begin || one.start >= end; });
  for (auto& one : intervals) one = {std::max(one.start, begin), std::min(one.end, end), one.name};
  std::sort(intervals.begin(), intervals.end(),
            [](const auto& a, const auto& b) { return a.start < b.start; });

  std::vector<std::pair<double, std::size_t>> totals(from.ids.size());  // seconds and count, by id
  double seconds = 0;
  std::size_t count = 0;
  for (const auto& one : intervals) {
    if (one.name == copy) continue;
    const double took = 1e-9 * static_cast<double>(one.end - one.start);
    totals[one.name].first += took, ++totals[one.name].second;
    seconds += took, ++count;
  }
  std::vector<std::pair<std::string, std::uint32_t>> kernels(from.ids.begin(), from.ids.end());
  std::erase_if(kernels, [&](const auto& kernel) { return totals[kernel.second].second == 0; });
  std::sort(kernels.begin(), kernels.end(),
            [&](const auto& a, const auto& b) { return totals[a.second] > totals[b.second]; });
  if (kernels.size() > shown) kernels.resize(shown);
  Json list = Json::array();
  for (const auto& [name, id] : kernels)
    list.push_back({{"name", demangled(name)}, {"count", totals[id].second}, {"seconds", totals[id].first}});

  std::unordered_map<std::uint32_t, std::string> names;
  for (const auto& [name, id] : from.ids) names[id] = demangled(name);
  Json first = Json::array();
  for (const auto& one : intervals)
    if (one.name != copy && first.size() < listed)
      first.push_back({1e-3 * static_cast<double>(one.start - begin),
                       1e-3 * static_cast<double>(one.end - one.start), names[one.name]});

  const double window = 1e-9 * static_cast<double>(end - begin);
  return {{"seconds", window},
          {"busy", covered(intervals, false) / window},
          {"busy_with_copies", covered(intervals, true) / window},
          {"dropped", dropped},
          {"untimed", from.untimed},  // the GPU had no memory for their times
          {"kernel_count", count},
          {"kernel_seconds", seconds},  // of all, also those not in the list; overlapping ones count each
          {"kernels", list},
          {"first", first}};  // begin and length in us, name
}

void watch_window() {
  using Seconds = std::chrono::duration<double>;
  auto& mine = recorder();
  std::this_thread::sleep_for(Seconds(mine.after));
  std::uint64_t begin = 0, end = 0;
  std::size_t dropped = 0;
  mine.reading = true;
  check(cuptiActivityGetNumDroppedRecords(nullptr, 0, &dropped), "cuptiActivityGetNumDroppedRecords");
  check(cuptiGetTimestamp(&begin), "cuptiGetTimestamp");
  std::this_thread::sleep_for(Seconds(mine.length));
  check(cuptiGetTimestamp(&end), "cuptiGetTimestamp");
  std::this_thread::sleep_for(Seconds(0.3));  // for what began in the window to end
  mine.finishing = true;
  check(cuptiActivityFlushAll(CUPTI_ACTIVITY_FLAG_FLUSH_FORCED), "cuptiActivityFlushAll");
  check(cuptiActivityGetNumDroppedRecords(nullptr, 0, &dropped), "cuptiActivityGetNumDroppedRecords");
  write(summary(begin, end, dropped));  // before anything else: the process may be ended now
  mine.reading = false;
  for (const auto kind : kinds) check(cuptiActivityDisable(kind), "cuptiActivityDisable");
}

// What it throws, written where nothing has been written yet.
template <class Work>
void guarded(Work work) noexcept {
  try {
    try {
      work();
    } catch (const std::exception& error) {
      const auto& path = recorder().path;
      if (!path.empty() && !std::filesystem::exists(path)) write({{"error", error.what()}});
    }
  } catch (...) {  // there is nobody left to be told
    return;
  }
}

double seconds_of(const char* variable, double otherwise) {
  const char* text = std::getenv(variable);
  const double value = text == nullptr ? otherwise : std::strtod(text, nullptr);
  return value >= 0 && value < 86400 ? value : otherwise;
}

}  // namespace

/// Called by the CUDA driver while CUDA is initialised.
extern "C" __attribute__((visibility("default"))) int InitializeInjection(void) {
  guarded([] {
    const char* path = std::getenv("MONGE_KERNEL_TIMES");
    auto& mine = recorder();
    if (path == nullptr || !mine.path.empty()) return;
    mine.path = std::string(path) + "." + std::to_string(::getpid());
    mine.after = seconds_of("MONGE_KERNEL_TIMES_AFTER", mine.after);
    mine.length = std::max(0.001, seconds_of("MONGE_KERNEL_TIMES_FOR", mine.length));
    std::uint8_t zeroed = 1;  // or threads of the process do it, which is slower, and no fault
    std::size_t size = sizeof zeroed;
    static_cast<void>(
        cuptiActivitySetAttribute(CUPTI_ACTIVITY_ATTR_ZEROED_OUT_ACTIVITY_BUFFER, &size, &zeroed));
    check(cuptiActivityRegisterCallbacks(give_buffer, take_buffer), "cuptiActivityRegisterCallbacks");
    for (const auto kind : kinds) check(cuptiActivityEnable(kind), "cuptiActivityEnable");
    std::thread([] { guarded(watch_window); }).detach();
  });
  return 1;
}
