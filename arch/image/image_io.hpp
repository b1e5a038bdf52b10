// Image to files and back: image.json for what people read and diff, blobs.bin for memory contents.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "arch/image/image.hpp"

namespace aie4ml::arch {

// JSON form: memory contents are {offset, size, sha-free} references into `blob`, programs are assembly text.
nlohmann::json to_json(const Image& image, std::vector<std::uint8_t>& blob);
// Throws InputError naming `where` and the path into the JSON: unknown or missing key, wrong type, wrong
// range.
Image image_from_json(const nlohmann::json& json, const std::vector<std::uint8_t>& blob,
                      const std::string& where);

// Contents by path relative to the firmware directory, '/' between its parts ("src/kernels.cpp").
using FirmwareFiles = std::map<std::string, std::string>;

// Writes image.json, blobs.bin, device.json, the other files and manifest.json (sha256 and size of each) into
// `directory`. All or nothing: they are written beside it and moved into place. Files in an older firmware
// directory that its manifest does not list are kept. The same input gives the same bytes. Throws InputError
// if `directory` holds anything but firmware, or cannot be written. The image is taken to be valid.
void write_firmware(const std::filesystem::path& directory, const Image& image,
                    const nlohmann::json& device_json, const FirmwareFiles& other_files = {});

struct LoadedFirmware {
  Image image;
  Device device;
  std::vector<std::string> files;  // relative paths: what the manifest lists, and itself
};
// Reads them back; refuses a file whose checksum differs from the manifest, an image that does not validate,
// and any schema but kImageSchema. Throws InputError.
LoadedFirmware read_firmware(const std::filesystem::path& directory);

}  // namespace aie4ml::arch
