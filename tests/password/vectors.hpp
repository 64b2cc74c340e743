#pragma once

#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace watchword::test {

struct PasswordVector final {
  std::string expected;
  std::string password;
  std::string stored;
};

inline std::string from_hex(const std::string& hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return out;
}

inline std::ifstream open_vectors(const std::string& name) {
  std::ifstream file(std::string(WATCHWORD_TEST_DATA) + "/vectors/password/" + name);
  if (!file) throw std::runtime_error("no vectors: " + name);
  return file;
}

inline std::vector<PasswordVector> password_vectors(const std::string& name) {
  auto file = open_vectors(name);
  std::vector<PasswordVector> vectors;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    PasswordVector vector;
    std::getline(fields, vector.expected, '\t');
    std::getline(fields, vector.password, '\t');
    std::getline(fields, vector.stored);
    if (vector.expected.empty() || vector.expected[0] == '#') continue;
    vector.password = vector.password == "-" ? "" : from_hex(vector.password);
    vectors.push_back(vector);
  }
  return vectors;
}

}  // namespace watchword::test
