// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
//
// Any text as a stress: what is accepted keeps its promises and survives being printed and read again; what is refused names
// a place. What follows a line `==== ` is passed over.
#include "host/base/error.h"
#include "host/stress/stress_file.h"
#include "tests/fuzz/property.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* file_name = "stress.yaml";
std::size_t accepted = 0;

void require_return(double ret) {
  require(std::isfinite(ret) && ret > -1.0, "a shock leaves something of a constituent");
}

json item_of(const group_shock& g) {
  require_return(g.ret);
  return {{"groups", {{g.dimension, {{g.group, g.ret}}}}}};
}

json item_of(const symbol_shock& s) {
  require(!s.ret.empty(), "a shock of symbols has some");
  json symbols;
  for (const auto& [symbol, ret] : s.ret) {
    require_return(ret);
    symbols[symbol] = ret;
  }
  return {{"symbols", symbols}};
}

json item_of(const beta_shock& b) {
  const bool to_index = b.to == beta_shock::factor::index;
  require(!(to_index && b.to_level), "the index goes by a return");
  if (to_index) require_return(b.move);
  json beta{{"to", to_index ? "index" : "volatility"}};
  if (b.to_level) {
    require(*b.to_level > 0.0, "a level is above 0");
    beta["level"] = *b.to_level;
  } else {
    require(std::isfinite(b.move), "a move is a number");
    beta["move"] = b.move;
  }
  return {{"beta", beta}};
}

json item_of(const growth_shock& g) {
  require(g.elasticity > 0.0, "an elasticity is above 0");
  require_return(-g.elasticity * g.shortfall);
  return {{"growth_shortfall",
           {{"groups", {{g.dimension, {{g.group, g.shortfall}}}}}, {"elasticity", g.elasticity}}}};
}

json item_of(const replay_shock& r) {
  require(r.start < r.end, "a replay ends after it starts");
  return {{"replay", {{"start", to_iso(r.start)}, {"end", to_iso(r.end)}}}};
}

std::string printed(const stress& s) {
  require(!s.shocks.empty(), "a stress has shocks");
  require(s.days >= 1 && s.days <= 252, "it is spread over days");
  json file{{"name", s.name}, {"days", s.days}, {"shocks", json::array()}};
  file["meaning"] = s.meaning.empty() ? json(nullptr) : json(s.meaning);
  for (const shock& one : s.shocks)
    file["shocks"].push_back(std::visit([](const auto& what) { return item_of(what); }, one.what));
  return file.dump(2);
}

void check_stress(std::string_view yaml) {
  std::string text;
  try {
    const stress s = parse_stress(std::string(yaml), file_name);
    for (const shock& one : s.shocks) require_places(one.origin + ": place", yaml, file_name);
    text = printed(s);
  } catch (const error& e) {
    require(e.kind() == error_class::usage, std::string("a stress is refused as usage: ") + e.what());
    return require_places(e.what(), yaml, file_name);
  }
  ++accepted;
  if (text.size() > 1u << 20) return;  // aliases made it longer than a file may be
  std::string again;
  try {
    again = printed(parse_stress(text, file_name));
  } catch (const error& e) {
    again = e.what();
  }
  require(again == text, "a stress survives being printed and read again:\n" + text + "\n" + again);
}

}  // namespace
}  // namespace topheavy

extern "C" std::size_t accepted_inputs();
extern "C" std::size_t accepted_inputs() { return topheavy::accepted; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  topheavy::check_stress(text.substr(0, text.starts_with("==== ") ? 0 : text.find("\n==== ")));
  return 0;
}
