"""From the rename of a settings drop-in that changes a port to the new port answering."""

import host

SECTION = "From a changed port to its answer"
BARE = "beside-bare"
BY_HAND = "bare steps"
# Of the issue of time: what safety may cost. Missed is missed; nothing fails for it.
AIM = 1.5


def measure(figures_, deb, rounds):
    """The same change through us and by hand, by turns, in one container."""
    with host.Host("port", deb) as bench:
        bench.start_beside(BARE, 9500)
        answer = bench.inside("port_change", str(rounds), bench.story.name, BARE, timeout=60 * rounds)
        hand = figures_.add(SECTION, "a new port answers", BY_HAND, "s", answer["hand"])
        ours = figures_.add(SECTION, "a new port answers", "supervisord-ec", "s", answer["ours"])
        figures_.ratio(SECTION, "a new port answers", ours, hand, AIM)
        for what, seconds in stages(bench, answer["began"]).items():
            figures_.add(SECTION, what, "supervisord-ec", "s", seconds)


def stages(bench, began):
    """Where the time of a change goes, by the journal of systemd's own doings."""
    name = bench.story.name
    check = f"supervisord-ec-check@{name}.service"
    moments = [
        ("rename to check begins", check, "Starting "),
        ("check runs", check, "Finished "),
        ("check's end to reload begins", "nginx.service", "Reloading "),
        ("reload runs", "nginx.service", "Reloaded "),
    ]
    entries = [
        (int(entry["__MONOTONIC_TIMESTAMP"]) / 1e6, entry.get("UNIT"), entry["MESSAGE"])
        for entry in bench.story.entries("_PID=1")
        if isinstance(entry.get("MESSAGE"), str)
    ]
    result = {}
    for start in began:
        last = start
        for what, unit, word in moments:
            later = (t for t, u, m in entries if t >= last and u == unit and m.startswith(word))
            moment = next(later, None)
            if moment is None:
                break
            result.setdefault(f"of it: {what}", []).append(moment - last)
            last = moment
    return result
