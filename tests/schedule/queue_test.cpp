#include "schedule/queue.h"

#include <doctest/doctest.h>

namespace queue_test {

using namespace monge::schedule;

namespace {

Job job(const std::string& id, std::size_t slots = 0, const std::string& shape = "") {
  Job made;
  made.id = id;
  made.slots = slots;
  made.shape = shape;
  made.request["run"] = {{"id", id}};
  return made;
}

std::string ids(const std::vector<const Job*>& jobs) {
  std::string all;
  for (const Job* one : jobs) all += one->id;
  return all;
}

}  // namespace

TEST_CASE("queue: jobs come one by one, those of one shape as each worker's share") {
  const std::vector<Job> jobs = {job("a"),         job("b", 4, "x"), job("c", 4, "y"),
                                 job("d", 4, "x"), job("e", 4, "x"), job("f")};
  Queue queue(jobs);
  CHECK(ids(queue.next(2)) == "a");
  CHECK(ids(queue.next(2)) == "bd");
  CHECK(ids(queue.next(2)) == "c");
  CHECK(ids(queue.next(1)) == "e");
  CHECK(ids(queue.next(1)) == "f");
  CHECK(queue.size() == 0);
}

TEST_CASE("queue: what comes back is first, last, or first and alone with its reason") {
  const std::vector<Job> jobs = {job("a"), job("b", 4, "x")};
  Queue queue({});
  queue.put_last(jobs[0]);
  queue.put_first_alone(jobs[1], "its pack crashed");
  const auto first = queue.next(1);
  REQUIRE(ids(first) == "b");
  CHECK(first[0]->slots == 0);
  CHECK(first[0]->request["run"]["why"] == "its pack crashed");
  CHECK(first[0]->request["run"]["left"] == "its pack crashed");
  CHECK(jobs[1].slots == 4);
  queue.put_first(jobs[1]);
  CHECK(ids(queue.next(1)) == "b");
  CHECK(ids(queue.next(1)) == "a");
}

}  // namespace queue_test
