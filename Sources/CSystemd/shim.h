// The one door to libsystemd. Each shim says why Swift cannot call the function itself.
#pragma once

// Else sd_journal_sendv() stamps this header as the place of every message.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>
