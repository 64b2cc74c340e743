#include <thread>

#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;

TEST_CASE("4.26 a failing mailer fails no request and mail goes out later") {
  World world;
  world.add("mike");
  world.mailbox.fail(Errc::unavailable);
  CHECK(world.auth().request_password_reset(nowhere(), "mike@example.com"));
  world.product->flush_mail().value();
  CHECK(world.mailbox.messages().empty());
  world.mailbox.recover();
  world.product->flush_mail().value();
  CHECK(world.mailbox.messages().empty());
  world.clock.advance(Lifetime::seconds(7));
  world.product->flush_mail().value();
  REQUIRE(world.mailbox.messages().size() == 1);
  CHECK(world.reset(code_in(world.mailbox.messages()[0])));
}

TEST_CASE("mail that can never be sent is given up with a line in the log") {
  World world;
  world.add("mike");
  world.mailbox.fail(Errc::invalid_input);
  CHECK(world.auth().request_password_reset(nowhere(), "mike@example.com"));
  world.product->flush_mail().value();
  CHECK(world.log.has("mail_given_up"));
  world.mailbox.recover();
  world.clock.advance(Lifetime::minutes(20));
  world.product->flush_mail().value();
  CHECK(world.mailbox.messages().empty());
  CHECK(world.log.all().find("mike") == std::string::npos);
}

TEST_CASE("mail goes out by itself") {
  World world;
  world.add("mike");
  CHECK(world.auth().request_password_reset(nowhere(), "mike@example.com"));
  for (int i = 0; i < 500 && world.mailbox.messages().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(world.mailbox.messages().size() == 1);
}

TEST_CASE("4.26 mail committed before a stop is sent after the start") {
  TempDir dir;
  Setup setup;
  setup.path = (dir / "mail.db").string();
  setup.mailer = false;
  {
    World world(setup);
    world.add("mike");
    CHECK(world.auth().request_password_reset(nowhere(), "mike@example.com"));
    CHECK(world.product->flush_mail().error().code() == "mailer_missing");
  }
  setup.mailer = true;
  World world(setup);
  world.product->flush_mail().value();
  REQUIRE(world.mailbox.messages().size() == 1);
  CHECK(world.reset(code_in(world.mailbox.messages()[0])));
}

TEST_CASE("expired rows go and nothing depends on it") {
  Setup setup;
  setup.mailer = false;
  World world(setup);
  world.add("mike");
  world.login("mike");
  CHECK(world.auth().request_password_reset(nowhere(), "mike@example.com"));
  CHECK(world.auth().request_password_reset(nowhere(), "nobody@example.com"));
  CHECK(world.product->purge().value() == 0);
  world.clock.advance(Lifetime::days(100));
  CHECK(world.product->purge(1).value() > 0);
  while (world.product->purge().value() > 0) {
  }
  CHECK(world.try_login("mike"));
}
