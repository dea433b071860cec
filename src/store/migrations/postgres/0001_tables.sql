-- Times are Unix milliseconds. Names of persons, paths and addresses stand here; values that were found do not: their
-- keyed hashes do.

CREATE TABLE incidents (
    id TEXT PRIMARY KEY,
    time BIGINT NOT NULL,
    site TEXT NOT NULL,
    address TEXT NOT NULL,
    account TEXT,
    direction TEXT NOT NULL,
    verdict TEXT NOT NULL,
    rule TEXT,
    path TEXT NOT NULL,
    findings TEXT NOT NULL
);
CREATE INDEX incidents_time ON incidents (time, id);

CREATE TABLE sightings (
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    time BIGINT NOT NULL,
    exchange TEXT NOT NULL,
    site TEXT NOT NULL,
    address TEXT NOT NULL,
    account TEXT,
    direction TEXT NOT NULL,
    outcome TEXT NOT NULL
);
CREATE INDEX sightings_hash ON sightings (hash, time);
CREATE INDEX sightings_time ON sightings (time);

CREATE TABLE holds (
    id TEXT PRIMARY KEY,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    site TEXT NOT NULL,
    path TEXT NOT NULL,
    address TEXT NOT NULL,
    session TEXT,
    account TEXT,
    state TEXT NOT NULL DEFAULT 'waiting',
    needed BIGINT NOT NULL CHECK (needed IN (1, 2)),
    first_by TEXT,
    first_at BIGINT,
    second_by TEXT,
    second_at BIGINT,
    refused_by TEXT,
    refused_at BIGINT,
    released_at BIGINT,
    message TEXT,
    findings TEXT NOT NULL,
    data_key BYTEA,
    body TEXT NOT NULL,
    head BYTEA,
    token TEXT NOT NULL UNIQUE,
    answer_status BIGINT,
    answer_body BYTEA
);
CREATE INDEX holds_state ON holds (state, expires);
CREATE INDEX holds_created ON holds (created, id);

CREATE TABLE accounts (
    name TEXT PRIMARY KEY,
    roles BIGINT NOT NULL DEFAULT 0,
    password TEXT NOT NULL,
    previous TEXT,
    changed BIGINT NOT NULL,
    created BIGINT NOT NULL,
    totp BYTEA,
    totp_step BIGINT,
    last_login BIGINT,
    disabled BIGINT NOT NULL DEFAULT 0
);

-- Counted for every name that somebody tries, whether there is such an account or not.
CREATE TABLE attempts (
    name TEXT PRIMARY KEY,
    failed BIGINT NOT NULL,
    last BIGINT NOT NULL,
    locked_until BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE grants (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time BIGINT NOT NULL,
    by TEXT NOT NULL,
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    given BIGINT NOT NULL
);
CREATE FUNCTION grants_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'grants are not changed';
END $$;
CREATE TRIGGER grants_stay BEFORE UPDATE ON grants FOR EACH ROW EXECUTE FUNCTION grants_stay();
-- 1096 days: three years, one of them a leap year.
CREATE FUNCTION grants_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF OLD.time > (extract(epoch FROM now())::BIGINT - 1096 * 86400) * 1000 THEN
        RAISE EXCEPTION 'grants are kept for three years';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER grants_are_kept BEFORE DELETE ON grants FOR EACH ROW EXECUTE FUNCTION grants_are_kept();

CREATE TABLE sessions (
    token TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (name),
    created BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account);

CREATE TABLE exceptions (
    id TEXT PRIMARY KEY,
    created BIGINT NOT NULL,
    site TEXT NOT NULL,
    rule TEXT,
    kind TEXT,
    until BIGINT NOT NULL,
    reason TEXT NOT NULL,
    by TEXT NOT NULL,
    ended_by TEXT,
    CHECK ((rule IS NULL) <> (kind IS NULL))
);

CREATE TABLE window_keys (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    seen BIGINT NOT NULL,
    UNIQUE (name, key)
);
CREATE TABLE window_values (
    id BIGINT NOT NULL,
    value BIGINT NOT NULL,
    slot BIGINT NOT NULL,
    PRIMARY KEY (id, value)
);
CREATE TABLE window_bytes (
    id BIGINT NOT NULL,
    slot BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (id, slot)
);

CREATE TABLE spent (
    token TEXT PRIMARY KEY,
    expires BIGINT NOT NULL
);
CREATE INDEX spent_expires ON spent (expires);
