#include <iostream>
#include <set>

#include "crypto/vector_file.hpp"
#include "support/catch.hpp"
#include "token/forge.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

void write(json::Writer& out, const json::Value& value) {
  if (auto text = value.text()) {
    out.text(*text);
  } else if (value.is_object()) {
    out.begin_object();
    for (const auto& [name, member] : value.members()) write(out.name(name), member);
    out.end_object();
  } else {
    out.begin_array();
    for (const auto& element : value.elements()) write(out, element);
    out.end_array();
  }
}

std::string set_of(const json::Value& group) {
  const auto* key = group.find("public") ? group.find("public") : group.find("private");
  json::Writer out;
  write(out, *key);
  return key->find("keys") ? out.take() : "{\"keys\":[" + out.take() + "]}";
}

/// Whether every key of the group is of an algorithm that the library does not offer.
bool is_unsupported(const std::string& set) {
  for (auto alg : {"\"HS256\"", "\"ES256\"", "\"EdDSA\""}) {
    if (set.find(alg) != std::string::npos) return false;
  }
  return true;
}

struct Tally {
  int invalid = 0, invalid_refused = 0;
  int valid = 0, accepted = 0, strictly_refused = 0, unsupported = 0;
};

void check_mutations(const std::string& jws, const KeySet& set) {
  for (std::size_t i = 0; i < jws.size(); ++i) {
    auto flipped = jws;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    if (verify_jws(flipped, set, "")) FAIL("accepted with byte " << i << " flipped");
  }
}

void run(const json::Value& c, const std::string& set_text, const std::set<std::int64_t>& strict, Tally& tally) {
  auto id = *c.find("tcId")->integer();
  auto set = KeySet::from_jwks(set_text, true);
  auto jws = text_of(c, "jws");
  bool accepted = set && verify_jws(jws, *set, "");
  INFO("tcId " << id << " " << text_of(c, "comment"));
  if (text_of(c, "result") == "invalid") {
    ++tally.invalid;
    tally.invalid_refused += !accepted;
    CHECK((!accepted || strict.count(-id) > 0));
    return;
  }
  ++tally.valid;
  bool unsupported = is_unsupported(set_text), known = strict.count(id) > 0;
  tally.unsupported += unsupported && !known;
  tally.strictly_refused += known;
  tally.accepted += accepted;
  CHECK(accepted == (!unsupported && !known));
  if (accepted) check_mutations(jws, *set);
}

/// `strict`: valid ones that are refused by design; negated: an invalid one that is accepted, for the reason below.
Tally run_file(const char* file, const std::set<std::int64_t>& strict) {
  Tally tally;
  auto vectors = vector_file(std::string("wycheproof/") + file);
  for (const auto& group : vectors.find("testGroups")->elements()) {
    auto set = set_of(group);
    for (const auto& c : group.find("tests")->elements()) run(c, set, strict, tally);
  }
  std::cout << file << ": invalid " << tally.invalid_refused << " of " << tally.invalid << " refused; valid "
            << tally.accepted << " of " << tally.valid << " accepted, " << tally.strictly_refused
            << " refused for strictness, " << tally.unsupported << " of algorithms that are not offered\n";
  return tally;
}

}  // namespace

// 372 and 373: a character outside the alphabet in what was signed. 346 and 350: a PS384 token for a PS256 key. 347 and
// 351: the key names ES521, which does not exist. 367 and 370 are called invalid, but are 357, which is valid.
TEST_CASE("Wycheproof json_web_signature") {
  auto tally = run_file("json_web_signature_test.json", {346, 347, 350, 351, 372, 373, -367, -370});
  CHECK(tally.invalid_refused == 355 - 2);
  CHECK(tally.valid == 46);
  CHECK(tally.accepted == 10);
  CHECK(tally.unsupported == 30);
}

TEST_CASE("Wycheproof 367 and 370 are byte for byte the valid 357") {
  auto vectors = vector_file("wycheproof/json_web_signature_test.json");
  std::set<std::string> texts;
  int found = 0;
  for (const auto& group : vectors.find("testGroups")->elements()) {
    for (const auto& c : group.find("tests")->elements()) {
      auto id = *c.find("tcId")->integer();
      if (id != 357 && id != 367 && id != 370) continue;
      ++found;
      texts.insert(text_of(c, "jws"));
    }
  }
  CHECK(found == 3);
  CHECK(texts.size() == 1);
}

// 1: a set of an HMAC and an elliptic key, which the file calls ambiguous. Here each key has one algorithm and the
// token names its key, so that nothing is; a server on its way from one algorithm to the other has such a set.
TEST_CASE("Wycheproof json_web_key") {
  auto tally = run_file("json_web_key_test.json", {-1});
  CHECK(tally.invalid == tally.invalid_refused + 1);
  CHECK(tally.invalid + tally.valid == 26);
}
