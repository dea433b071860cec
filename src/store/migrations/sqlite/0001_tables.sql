-- Times are Unix milliseconds. Names of persons, paths and addresses stand here; values that were found do not: their
-- keyed hashes do.

CREATE TABLE incidents (
    id TEXT PRIMARY KEY,
    time INTEGER NOT NULL,
    site TEXT NOT NULL,
    address TEXT NOT NULL,
    account TEXT,
    direction TEXT NOT NULL,
    verdict TEXT NOT NULL,
    rule TEXT,
    path TEXT NOT NULL,
    findings TEXT NOT NULL
) STRICT;
CREATE INDEX incidents_time ON incidents (time, id);

CREATE TABLE sightings (
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    time INTEGER NOT NULL,
    exchange TEXT NOT NULL,
    site TEXT NOT NULL,
    address TEXT NOT NULL,
    account TEXT,
    direction TEXT NOT NULL,
    outcome TEXT NOT NULL
) STRICT;
CREATE INDEX sightings_hash ON sightings (hash, time);
CREATE INDEX sightings_time ON sightings (time);

CREATE TABLE holds (
    id TEXT PRIMARY KEY,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    site TEXT NOT NULL,
    path TEXT NOT NULL,
    address TEXT NOT NULL,
    session TEXT,
    account TEXT,
    state TEXT NOT NULL DEFAULT 'waiting',
    needed INTEGER NOT NULL CHECK (needed IN (1, 2)),
    first_by TEXT,
    first_at INTEGER,
    second_by TEXT,
    second_at INTEGER,
    refused_by TEXT,
    refused_at INTEGER,
    released_at INTEGER,
    message TEXT,
    findings TEXT NOT NULL,
    data_key BLOB,
    body TEXT NOT NULL,
    head BLOB,
    token TEXT NOT NULL UNIQUE,
    answer_status INTEGER,
    answer_body BLOB
) STRICT;
CREATE INDEX holds_state ON holds (state, expires);
CREATE INDEX holds_created ON holds (created, id);

CREATE TABLE accounts (
    name TEXT PRIMARY KEY,
    roles INTEGER NOT NULL DEFAULT 0,
    password TEXT NOT NULL,
    previous TEXT,
    changed INTEGER NOT NULL,
    created INTEGER NOT NULL,
    totp BLOB,
    totp_step INTEGER,
    last_login INTEGER,
    disabled INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Counted for every name that somebody tries, whether there is such an account or not.
CREATE TABLE attempts (
    name TEXT PRIMARY KEY,
    failed INTEGER NOT NULL,
    last INTEGER NOT NULL,
    locked_until INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE grants (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    by TEXT NOT NULL,
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    given INTEGER NOT NULL
) STRICT;
CREATE TRIGGER grants_stay BEFORE UPDATE ON grants BEGIN
    SELECT RAISE(ABORT, 'grants are not changed');
END;
-- 1096 days: three years, one of them a leap year.
CREATE TRIGGER grants_are_kept BEFORE DELETE ON grants
WHEN OLD.time > (unixepoch() - 1096 * 86400) * 1000 BEGIN
    SELECT RAISE(ABORT, 'grants are kept for three years');
END;

CREATE TABLE sessions (
    token TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (name),
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_account ON sessions (account);

CREATE TABLE exceptions (
    id TEXT PRIMARY KEY,
    created INTEGER NOT NULL,
    site TEXT NOT NULL,
    rule TEXT,
    kind TEXT,
    until INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by TEXT NOT NULL,
    ended_by TEXT,
    CHECK ((rule IS NULL) <> (kind IS NULL))
) STRICT;

CREATE TABLE window_keys (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    seen INTEGER NOT NULL,
    UNIQUE (name, key)
) STRICT;
CREATE TABLE window_values (
    id INTEGER NOT NULL,
    value INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    PRIMARY KEY (id, value)
) STRICT, WITHOUT ROWID;
CREATE TABLE window_bytes (
    id INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (id, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE spent (
    token TEXT PRIMARY KEY,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_expires ON spent (expires);
