#include "runner/identity/policy.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "runner/history/policy_record.h"

using namespace drydock;
using namespace std::chrono_literals;

namespace {

using Rehearsal = RehearsalPolicy;

constexpr Policy nothing_asked{.is_protected = false, .rehearsal = Rehearsal::guard, .backup = {}};

std::string text_of(const std::vector<WeakerSetting>& settings) {
  std::string text;
  for (const WeakerSetting& each : settings) text += each.key + " " + each.asked + "<" + each.minimum + ";";
  return text;
}

struct Case {
  Policy asked, minimum, counts;
  std::string weaker;
};

const std::vector<Case> cases = {
    {nothing_asked, nothing_asked, nothing_asked, ""},
    {nothing_asked, {true, Rehearsal::guard, {}}, {true, Rehearsal::guard, {}}, "protected false<true;"},
    {{true, Rehearsal::required, {24h, 90}}, nothing_asked, {true, Rehearsal::required, {24h, 90}}, ""},
    {{false, Rehearsal::guard, {}},
     {false, Rehearsal::required, {}},
     {false, Rehearsal::required, {}},
     "rehearsal guard<required;"},
    {{false, Rehearsal::receipt, {}}, {false, Rehearsal::if_possible, {}}, {false, Rehearsal::receipt, {}}, ""},
    {{false, Rehearsal::if_possible, {}},
     {false, Rehearsal::receipt, {}},
     {false, Rehearsal::receipt, {}},
     "rehearsal if-possible<receipt;"},
    // A limit that is missing asks for nothing; an older backup and fewer rows are less.
    {nothing_asked,
     {false, Rehearsal::guard, {24h, 90}},
     {false, Rehearsal::guard, {24h, 90}},
     "policy.backup.max_age none<1d;policy.backup.min_rows none<90%;"},
    {{false, Rehearsal::guard, {36h, 50}},
     {false, Rehearsal::guard, {24h, 40}},
     {false, Rehearsal::guard, {24h, 50}},
     "policy.backup.max_age 36h<1d;"},
    {{false, Rehearsal::guard, {90min, 50}},
     {false, Rehearsal::guard, {24h, 60}},
     {false, Rehearsal::guard, {90min, 60}},
     "policy.backup.min_rows 50%<60%;"},
};

}  // namespace

TEST_CASE("of two policies the stricter counts, setting by setting, and what asked for less is named") {
  for (const Case& each : cases) {
    CAPTURE(describe(each.asked));
    CAPTURE(describe(each.minimum));
    CHECK(stricter_of(each.asked, each.minimum) == each.counts);
    CHECK(stricter_of(each.minimum, each.asked) == each.counts);
    CHECK(text_of(weaker_settings(each.asked, each.minimum)) == each.weaker);
    CHECK(weaker_settings(each.counts, each.minimum).empty());
  }
}

TEST_CASE("the words for a rehearsal are read as they are written") {
  for (const Rehearsal policy : {Rehearsal::required, Rehearsal::receipt, Rehearsal::if_possible, Rehearsal::guard})
    CHECK(rehearsal_policy_named(to_string(policy)) == policy);
  CHECK_FALSE(rehearsal_policy_named("never"));
}

TEST_CASE("a recorded policy that this version does not know is an error and not none") {
  const RecordedPolicy known = policy_from("3 1 required 86400000 -");
  CHECK(known.number == 3);
  CHECK(known.policy == Policy{true, Rehearsal::required, {24h, std::nullopt}});
  CHECK_THROWS_AS(policy_from("1 1 supervised - -"), std::runtime_error);
  CHECK_THROWS_AS(policy_from("1 1 required"), std::runtime_error);
}
