// The one door to libsystemd and to kernel headers that Swift's Glibc module leaves out.
// Each shim says why Swift cannot call the function itself.
#pragma once

// Else sd_journal_sendv() stamps this header as the place of every message.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <errno.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>

// timerfd_settime(2) through a macro-free door: the flag values are an anonymous enumeration with
// duplicate spellings as macros, which Swift imports differently from one glibc to the next.
static inline int supervisord_ec_watch_realtime_clock(int fd) {
  // Never reached in practice (year 2242): only a step of the clock ends the wait.
  struct itimerspec far_future = {.it_value = {.tv_sec = 8589934592}};
  return timerfd_settime(
      fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far_future, NULL) < 0 ? -errno : 0;
}

// The flags of timerfd_create(2), same reason.
static inline int supervisord_ec_new_realtime_timer(void) {
  int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  return fd < 0 ? -errno : fd;
}
