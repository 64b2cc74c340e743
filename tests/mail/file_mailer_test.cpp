#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/stat.h>
#include <unistd.h>

#include <watchword/mail/mailer.hpp>

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace watchword;
using namespace watchword::test;
namespace fs = std::filesystem;

namespace {

const std::string kFrom = "no-reply@example.org";

mail::Message message(const std::string& id) {
  return {id, "mike@example.com", "Your code", "Hello\n", Timestamp::from_seconds(1767225600)};
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) found.push_back(entry.path());
  return found;
}

}  // namespace

TEST_CASE("each message becomes one file of its own that only the owner reads") {
  TempDir dir;
  const auto folder = dir / "mail";
  auto mailer = mail::make_file_mailer(folder.string(), kFrom).value();
  CHECK(mailer->send(message("first")));
  CHECK(mailer->send(message("second")));
  CHECK(mailer->send(message("first")));
  auto files = files_in(folder);
  REQUIRE(files.size() == 2);
  for (const auto& file : files) {
    struct stat status {};
    CHECK(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(file.extension() == ".eml");
    std::ifstream in(file, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    CHECK(text.rfind("From: no-reply@example.org\r\n", 0) == 0);
    CHECK(text.find("\r\n\r\nHello\r\n") != std::string::npos);
  }
}

TEST_CASE("what cannot be rendered leaves no file") {
  TempDir dir;
  auto mailer = mail::make_file_mailer(dir.path().string(), kFrom).value();
  auto evil = message("id");
  evil.to = "a@b.example\r\nBcc: c@d.example";
  CHECK(mailer->send(evil).error().code() == "mail_invalid");
  CHECK(mailer->send(message("../../escape")).error().code() == "mail_invalid");
  CHECK(files_in(dir.path()).empty());
}

TEST_CASE("a folder that goes away is an error to try again after") {
  TempDir dir;
  const auto folder = dir / "mail";
  auto mailer = mail::make_file_mailer(folder.string(), kFrom).value();
  fs::remove_all(folder);
  auto failed = mailer->send(message("id"));
  CHECK(failed.error().code() == "mail_unwritable");
  CHECK(failed.error().kind() == Errc::unavailable);
  fs::create_directory(folder);
  CHECK(mailer->send(message("id")));
}

TEST_CASE("a folder or sender that cannot be is refused at once") {
  TempDir dir;
  std::ofstream(dir / "file") << "x";
  CHECK(mail::make_file_mailer((dir / "file").string(), kFrom).error().code() == "mail_folder");
  CHECK(mail::make_file_mailer((dir / "a/b/c").string(), kFrom).error().code() == "mail_folder");
  CHECK(mail::make_file_mailer("", kFrom).error().code() == "mail_folder");
  CHECK(mail::make_file_mailer(dir.path().string(), "nobody").error().code() == "mail_from");
}
