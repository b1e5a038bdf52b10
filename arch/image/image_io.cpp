#include "arch/image/image_io.hpp"

#include <fstream>
#include <set>
#include <sstream>
#include <unistd.h>

#include <fmt/format.h>

#include "arch/device/device_loader.hpp"
#include "arch/image/json_reader.hpp"
#include "arch/image/sha256.hpp"

namespace aie4ml::arch {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kManifest = "manifest.json";
constexpr const char* kImage = "image.json";
constexpr const char* kBlobs = "blobs.bin";
constexpr const char* kDevice = "device.json";
constexpr const char* kTool = "aie4ml-sim";

// Whether a path of a manifest stays inside the directory, in the one form that write_firmware gives it.
bool is_relative_file(const std::string& path) {
  const fs::path p(path);
  if (path.empty() || p.is_absolute() || p.lexically_normal().generic_string() != path || !p.has_filename())
    return false;
  return *p.begin() != ".." && path != "." && path.find('\\') == std::string::npos;
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream content;
  if (fs::is_directory(file) || !in) throw InputError(file.string(), "cannot be read", "");
  content << in.rdbuf();
  if (in.bad()) throw InputError(file.string(), "cannot be read", "");
  return std::move(content).str();
}

void write_file(const fs::path& file, const std::string& content) {
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  if (!out) throw InputError(file.string(), "cannot be written", "check permissions and free space");
}

// Names may hold any bytes; JSON holds UTF-8.
std::string dump(const json& value) {
  return value.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

json parse_json(const std::string& text, const std::string& where) {
  try {
    return json::parse(text);
  } catch (const json::exception& error) {
    throw InputError(where, fmt::format("no JSON: {}", error.what()), "");
  }
}

struct Manifest {
  struct Entry {
    std::string sha256;
    std::int64_t bytes{};
  };
  std::map<std::string, Entry> files;
};

std::string manifest_text(const FirmwareFiles& files) {
  json entries = json::object();
  for (const auto& [path, content] : files) {
    entries[path] = {{"sha256", sha256_hex(content)}, {"bytes", content.size()}};
  }
  return dump({{"schema", kImageSchema},
               {"tool", kTool},
               {"version", AIE4ML_VERSION},
               {"files", std::move(entries)}});
}

Manifest read_manifest(const fs::path& directory) {
  const fs::path file = directory / kManifest;
  if (!fs::is_directory(directory)) throw InputError(directory.string(), "is no directory", "");
  if (!fs::exists(file)) {
    throw InputError(directory.string(), fmt::format("holds no {}, so it is no firmware", kManifest),
                     "give a directory that aie4ml-compile wrote");
  }
  const json value = parse_json(read_file(file), file.string());
  JsonReader in(value, file.string());
  if (in.at("tool").text() != kTool)
    in.fail(fmt::format("'{}' wrote it, not {}", in.at("tool").text(), kTool));
  const auto schema = in.at("schema").integer<std::int64_t>();
  if (schema != kImageSchema) {
    in.fail(fmt::format("schema {} is not the schema {} that this version reads", schema, kImageSchema),
            "compile the model again with this version");
  }
  in.at("version").text();
  Manifest manifest;
  JsonReader files = in.at("files");
  for (const std::string& path : files.keys()) {
    JsonReader entry = files.at(path);
    if (!is_relative_file(path)) files.fail(fmt::format("'{}' is no path inside the directory", path));
    manifest.files[path] = {entry.at("sha256").text(), entry.at("bytes").integer<std::int64_t>()};
    entry.done();
  }
  in.done();
  return manifest;
}

// The directory without "." and trailing separators, so that it has a name and a parent.
fs::path resolved(const fs::path& directory) {
  fs::path path = fs::weakly_canonical(fs::absolute(directory));
  return path.has_filename() ? path : path.parent_path();
}

// What an older firmware directory holds beside what its manifest lists; throws if it is no firmware.
std::set<std::string> unlisted_files(const fs::path& directory) {
  std::set<std::string> unlisted;
  if (!fs::exists(directory)) return unlisted;
  if (!fs::is_directory(directory)) {
    throw InputError(directory.string(), "is a file", "choose another directory for the firmware");
  }
  if (fs::is_empty(directory)) return unlisted;
  Manifest manifest;
  try {
    manifest = read_manifest(directory);
  } catch (const InputError&) {
    throw InputError(directory.string(), "is neither empty nor firmware, so it is not overwritten",
                     "choose another directory for the firmware");
  }
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const std::string path = entry.path().lexically_relative(directory).generic_string();
    const bool real_directory = entry.is_directory() && !entry.is_symlink();
    if (!real_directory && path != kManifest && manifest.files.count(path) == 0) unlisted.insert(path);
  }
  return unlisted;
}

// Removes what is left of a directory when writing fails.
class Scratch {
 public:
  explicit Scratch(fs::path path) : path_(std::move(path)) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Nothing is deleted before all of the new firmware and all kept files are in place.
void replace_directory(const fs::path& directory, const fs::path& fresh, const fs::path& old,
                       const std::set<std::string>& kept) {
  if (!fs::exists(directory)) {
    fs::rename(fresh, directory);
    return;
  }
  fs::rename(directory, old);
  try {
    fs::rename(fresh, directory);
  } catch (const fs::filesystem_error&) {
    fs::rename(old, directory);
    throw;
  }
  for (const std::string& path : kept) {
    const fs::path target = directory / path;
    if (fs::exists(target)) continue;
    fs::create_directories(target.parent_path());
    fs::rename(old / path, target);
  }
  fs::remove_all(old);
}

}  // namespace

void write_firmware(const fs::path& directory, const Image& image, const json& device_json,
                    const FirmwareFiles& other_files) {
  FirmwareFiles files = other_files;
  std::vector<std::uint8_t> blob;
  const std::string image_text = dump(to_json(image, blob));
  const std::pair<const char*, std::string> own[] = {{kImage, image_text},
                                                     {kBlobs, std::string(blob.begin(), blob.end())},
                                                     {kDevice, dump(device_json)},
                                                     {kManifest, ""}};
  for (const auto& [path, content] : own) {
    if (!files.emplace(path, content).second)
      throw InputError(directory.string(), fmt::format("file {} has a reserved name", path), "");
  }
  files.erase(kManifest);
  for (const auto& [path, content] : files) {
    if (!is_relative_file(path))
      throw InputError(directory.string(), fmt::format("'{}' is no path inside the directory", path), "");
  }
  try {
    const fs::path target = resolved(directory);
    const std::set<std::string> kept = unlisted_files(target);
    const auto sibling = [&](const char* role) {
      fs::path path;
      for (int i = 0; path.empty() || fs::exists(path); ++i) {
        path =
            target.parent_path() / fmt::format(".{}.{}-{}-{}", target.filename().string(), role, getpid(), i);
      }
      return path;
    };
    const Scratch fresh(sibling("new"));
    for (const auto& [path, content] : files) write_file(fresh.path() / path, content);
    write_file(fresh.path() / kManifest, manifest_text(files));
    replace_directory(target, fresh.path(), sibling("old"), kept);
  } catch (const fs::filesystem_error& error) {
    throw InputError(directory.string(), error.code().message(), "check that the directory can be written");
  }
}

LoadedFirmware read_firmware(const fs::path& directory) try {
  const Manifest manifest = read_manifest(directory);
  FirmwareFiles files;
  for (const auto& [path, entry] : manifest.files) {
    const fs::path file = directory / path;
    if (!fs::exists(file))
      throw InputError(file.string(), "is listed in the manifest and missing", "compile the model again");
    std::string content = read_file(file);
    if (sha256_hex(content) != entry.sha256 || static_cast<std::int64_t>(content.size()) != entry.bytes) {
      throw InputError(file.string(), "differs from its checksum in the manifest", "compile the model again");
    }
    if (path == kImage || path == kBlobs || path == kDevice) files[path] = std::move(content);
  }
  for (const char* required : {kImage, kBlobs, kDevice}) {
    if (files.count(required) == 0)
      throw InputError((directory / kManifest).string(), fmt::format("does not list {}", required),
                       "compile the model again");
  }
  const std::string image_file = (directory / kImage).string();
  const std::string device_file = (directory / kDevice).string();
  const std::string& blob_text = files[kBlobs];
  const std::vector<std::uint8_t> blob(blob_text.begin(), blob_text.end());
  LoadedFirmware loaded{image_from_json(parse_json(files[kImage], image_file), blob, image_file),
                        device_from_json(parse_json(files[kDevice], device_file), device_file),
                        {kManifest}};
  for (const auto& [path, entry] : manifest.files) loaded.files.push_back(path);
  throw_if_any(image_file, loaded.image.validate(loaded.device));
  return loaded;
} catch (const fs::filesystem_error& error) {
  throw InputError(directory.string(), error.code().message(), "check that the directory can be read");
}

}  // namespace aie4ml::arch
